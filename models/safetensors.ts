// Named tensors ↔ bytes in the safetensors format. Knows no network and no file.

/** A tensor of one of the types that packages and checkpoints hold. */
export type Tensor =
  | { readonly dtype: "F32"; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: "I32"; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: "I64"; readonly shape: readonly number[]; readonly data: BigInt64Array };

/** A tensor of weights. */
export type FloatTensor = Extract<Tensor, { readonly dtype: "F32" }>;

/** A whole safetensors file. */
export interface SafetensorsFile {
  readonly tensors: Map<string, Tensor>;
  readonly metadata: Record<string, string>;
}

/** What files hold: the half-size floats of published weights are read as the `F32` of the same value. */
type StoredDtype = Tensor["dtype"] | "F16" | "BF16";

interface Entry {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: number[];
  readonly begin: number;
  readonly end: number;
}

/** One row for every dtype that can be read; `make` owns its buffer. */
const DTYPES: Record<
  StoredDtype,
  { bytes: number; make(shape: number[], bytes: ArrayBuffer): Tensor }
> = {
  F32: {
    bytes: 4,
    make: (shape, bytes) => ({ dtype: "F32", shape, data: new Float32Array(bytes) }),
  },
  F16: {
    bytes: 2,
    make: (shape, bytes) => ({
      dtype: "F32",
      shape,
      data: new Float32Array(new Float16Array(bytes)),
    }),
  },
  BF16: {
    bytes: 2,
    make: (shape, bytes) => ({ dtype: "F32", shape, data: widenBfloat16(bytes) }),
  },
  I32: { bytes: 4, make: (shape, bytes) => ({ dtype: "I32", shape, data: new Int32Array(bytes) }) },
  I64: {
    bytes: 8,
    make: (shape, bytes) => ({ dtype: "I64", shape, data: new BigInt64Array(bytes) }),
  },
};

/**
 * Reads safetensors bytes: u64 header length, JSON header, data, all little endian
 * (https://github.com/huggingface/safetensors#format). Tensors are copies; `F16` and `BF16` come as `F32`,
 * which holds all their values. Throws SyntaxError, naming the tensor, when the header or a tensor is cut off,
 * overlaps another, leaves a gap, is named twice, or has a byte count that its shape does not ask for.
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  if (bytes.length < 8) throw invalid(`the header length is cut off at ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (8 + headerBytes > bytes.length) {
    throw invalid(`the header claims ${headerBytes} bytes, ${bytes.length - 8} are there`);
  }
  const data = bytes.subarray(8 + headerBytes);
  const { entries, metadata } = readHeader(bytes.subarray(8, 8 + headerBytes));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  for (const { name, begin, end } of entries) {
    if (end > data.length) {
      throw invalid(`tensor "${name}" ends at byte ${end}, the data has ${data.length}`);
    }
    if (begin < expected) throw invalid(`tensor "${name}" overlaps the one before it`);
    if (begin > expected) {
      throw invalid(`tensor "${name}" begins at byte ${begin}, must begin at ${expected}`);
    }
    expected = end;
  }
  if (expected !== data.length) {
    throw invalid(`${data.length - expected} bytes follow the last tensor`);
  }
  const tensors = new Map<string, Tensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    tensors.set(name, DTYPES[dtype].make(shape, data.slice(begin, end).buffer));
  }
  return { tensors, metadata };
}

/**
 * Writes tensors in the order of the map; the data starts at a multiple of 8. The same tensors give the
 * same bytes. Throws RangeError when data and shape do not fit.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header: [string, unknown][] = metadata ? [["__metadata__", metadata]] : [];
  let end = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    if (name === "__metadata__" || count(shape) !== data.length) {
      throw new RangeError(
        `Cannot write tensor "${name}": shape [${shape}] needs ${
          count(shape)
        } numbers, data has ${data.length}`,
      );
    }
    header.push([name, { dtype, shape, data_offsets: [end, end += data.byteLength] }]);
  }
  // Not Object.fromEntries: an object would move names that look like numbers to the front.
  const json = `{${header.map((pair) => pair.map((v) => JSON.stringify(v)).join(":")).join(",")}}`;
  const encoded = new TextEncoder().encode(json);
  const start = Math.ceil((8 + encoded.length) / 8) * 8;
  const out = new Uint8Array(start + end).fill(0x20, 8, start);
  new DataView(out.buffer).setBigUint64(0, BigInt(start - 8), true);
  out.set(encoded, 8);
  let at = start;
  for (const { data } of tensors.values()) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return out;
}

/** A bfloat16 is the upper half of the float32 of the same value. */
function widenBfloat16(bytes: ArrayBuffer): Float32Array {
  return new Float32Array(new Uint32Array(new Uint16Array(bytes)).map((half) => half << 16).buffer);
}

function readHeader(bytes: Uint8Array): { entries: Entry[]; metadata: Record<string, string> } {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    throw invalid("the header is not JSON in UTF-8", { cause });
  }
  if (!isRecord(header)) throw invalid("the header must be a JSON object");
  const twice = duplicateKey(text);
  if (twice !== undefined) throw invalid(`tensor "${twice}" is named twice`);
  const { __metadata__: metadata = {}, ...tensors } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((v) => typeof v === "string")) {
    throw invalid("__metadata__ must map names to texts");
  }
  return {
    entries: Object.entries(tensors).map(([name, value]) => readEntry(name, value)),
    metadata: metadata as Record<string, string>,
  };
}

function readEntry(name: string, value: unknown): Entry {
  if (!isRecord(value)) throw invalid(`tensor "${name}" must be described by an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(DTYPES, dtype)) {
    throw invalid(
      `tensor "${name}" has dtype ${JSON.stringify(dtype)}, must be one of ${Object.keys(DTYPES)}`,
    );
  }
  if (!isCounts(shape)) throw invalid(`tensor "${name}" has shape ${JSON.stringify(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    throw invalid(`tensor "${name}" has data_offsets ${JSON.stringify(offsets)}`);
  }
  const known = dtype as StoredDtype;
  const [begin, end] = offsets as [number, number];
  const wanted = count(shape) * DTYPES[known].bytes;
  if (end - begin !== wanted) {
    throw invalid(
      `tensor "${name}" has ${end - begin} bytes, ${dtype} [${shape}] needs ${wanted}`,
    );
  }
  return { name, dtype: known, shape, begin, end };
}

/** JSON.parse keeps the last of two equal names in silence, so the top-level names are read here again. */
function duplicateKey(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (const [token, , colon] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*(:?)|[{}[\]]/g)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1 && colon === ":") {
      const name: string = JSON.parse(token.replace(/\s*:$/, ""));
      if (seen.has(name)) return name;
      seen.add(name);
    }
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function invalid(what: string, options?: ErrorOptions): SyntaxError {
  return new SyntaxError(`Cannot read safetensors: ${what}`, options);
}
