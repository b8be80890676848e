// The WGSL of the GPU path: what models/resize.ts, models/input.ts and postprocess/ compute, on the GPU. Text only.

/** Threads of a workgroup, in every shader. */
export const WORKGROUP = 64;

/**
 * Frame bytes → the network's input, in two passes over the filter of `tapsFor`: columns into floats, then rows,
 * rounded half up and looked up in the table of normalised values. As resizeImage, but summed in float32.
 */
export const PREPROCESS = /* wgsl */ `
struct Shape {
  sourceWidth: u32,
  sourceHeight: u32,
  pixelBytes: u32,   // 3 rgb8, 4 rgba8, 1 gray8
  channelBytes: u32, // from one channel to the next: 1, or 0 where all three are the same grey
  width: u32,
  height: u32,
  columnStride: u32, // weights of a position
  rowStride: u32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> frame: array<u32>;
@group(0) @binding(2) var<storage, read> columns: array<vec2u>; // first position and number of weights
@group(0) @binding(3) var<storage, read> columnWeights: array<f32>;
@group(0) @binding(4) var<storage, read_write> wide: array<f32>; // [sourceHeight, width, 3]

fn byteAt(at: u32) -> f32 {
  return f32((frame[at >> 2u] >> ((at & 3u) * 8u)) & 255u);
}

@compute @workgroup_size(${WORKGROUP})
fn resizeColumns(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let x = id.x;
  if (x >= shape.width) { return; }
  let taps = columns[x];
  // More rows than a dispatch can have: each thread takes every groups.y-th.
  for (var y = id.y; y < shape.sourceHeight; y += groups.y) {
    var at = (y * shape.sourceWidth + taps.x) * shape.pixelBytes;
    var sum = vec3f(0.0);
    for (var k = 0u; k < taps.y; k++) {
      let weight = columnWeights[x * shape.columnStride + k];
      sum += weight * vec3f(
        byteAt(at),
        byteAt(at + shape.channelBytes),
        byteAt(at + 2u * shape.channelBytes),
      );
      at += shape.pixelBytes;
    }
    let to = (y * shape.width + x) * 3u;
    wide[to] = sum.x;
    wide[to + 1u] = sum.y;
    wide[to + 2u] = sum.z;
  }
}

@group(1) @binding(0) var<storage, read> rows: array<vec2u>;
@group(1) @binding(1) var<storage, read> rowWeights: array<f32>;
@group(1) @binding(2) var<storage, read> values: array<f32>; // [3, 256]
@group(1) @binding(3) var<storage, read_write> image: array<f32>; // [3, height, width]

@compute @workgroup_size(${WORKGROUP})
fn resizeRows(@builtin(global_invocation_id) id: vec3u) {
  let x = id.x;
  let y = id.y;
  if (x >= shape.width || y >= shape.height) { return; }
  let taps = rows[y];
  var sum = vec3f(0.5); // the rounding
  for (var k = 0u; k < taps.y; k++) {
    let at = ((taps.x + k) * shape.width + x) * 3u;
    sum += rowWeights[y * shape.rowStride + k] * vec3f(wide[at], wide[at + 1u], wide[at + 2u]);
  }
  let grey = min(vec3u(sum), vec3u(255u));
  let plane = shape.width * shape.height;
  let to = y * shape.width + x;
  image[to] = values[grey.x];
  image[to + plane] = values[256u + grey.y];
  image[to + 2u * plane] = values[512u + grey.z];
}
`;

/**
 * The map → what a reply needs: the highest score, or NaN where any is no finite number, one mask bit a pixel, the highest score
 * of every run of mask pixels in a row, bit for bit the map's, and the map in bytes. Each thread takes 32 pixels of a row.
 */
export const POSTPROCESS = /* wgsl */ `
struct Rule {
  width: u32,
  height: u32,
  threshold: f32,
  /** Where the parts begin, in words. */
  runsAt: u32,
  bytesAt: u32,
}
@group(0) @binding(0) var<uniform> rule: Rule;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read_write> highest: atomic<u32>;
@group(0) @binding(3) var<storage, read_write> packed: array<u32>;

// Looked at in the bits, for a compiler may take it that no float is NaN.
const EXPONENT = 0x7f800000u; // all ones: NaN or infinite
const NAN = 0x7fc00000u; // above the bits of all floats from 0

var<workgroup> groupHighest: atomic<u32>;

@compute @workgroup_size(${WORKGROUP})
fn pack(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let rowWords = (rule.width + 31u) / 32u;
  let runsPerRow = (rule.width + 1u) / 2u;
  let y = id.y;
  if (id.x < rowWords && y < rule.height) {
    let first = id.x * 32u;
    let row = y * rule.width;
    var top = 0.0;
    var exponent = 0u;
    var bits = 0u;
    var bytes = 0u;
    for (var i = 0u; i < 32u; i++) {
      let x = first + i;
      var level = 0u;
      if (x < rule.width) {
        let score = scores[row + x];
        top = max(top, score);
        exponent = max(exponent, bitcast<u32>(score) & EXPONENT);
        level = u32(clamp(255.0 * score + 0.5, 0.0, 255.0));
        if (score >= rule.threshold) {
          bits |= 1u << i;
          // The thread of a run's first pixel walks the whole run. Runs are a pixel apart, so x / 2 is the run's own.
          if (x == 0u || !(scores[row + x - 1u] >= rule.threshold)) {
            var runTop = score;
            for (var end = x + 1u; end < rule.width; end++) {
              let next = scores[row + end];
              if (!(next >= rule.threshold)) { break; }
              runTop = max(runTop, next);
            }
            packed[rule.runsAt + y * runsPerRow + x / 2u] = bitcast<u32>(runTop);
          }
        }
      }
      bytes |= level << ((i & 3u) * 8u);
      if ((i & 3u) == 3u) {
        packed[rule.bytesAt + (y * rowWords + id.x) * 8u + i / 4u] = bytes;
        bytes = 0u;
      }
    }
    packed[y * rowWords + id.x] = bits;
    // Floats from 0 are ordered as their bits are.
    atomicMax(&groupHighest, select(bitcast<u32>(top), NAN, exponent == EXPONENT));
  }
  workgroupBarrier();
  if (local == 0u) { atomicMax(&highest, atomicLoad(&groupHighest)); }
}
`;
