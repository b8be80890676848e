// Do the shaders compute what the CPU does, on this very GPU? Asked once, before the first frame. What lies between them, the
// network, is golden.ts's matter.

import type { Card } from "../../../models/card.ts";
import type { ScoreMap } from "../../../models/image.ts";
import { toInput } from "../../../models/input.ts";
import { createRandom } from "../../../models/random.ts";
import { type Pixels, toImage } from "../../decode_frame.ts";
import { packMask } from "../../postprocess/packed_mask.ts";
import { postprocess } from "../../postprocess/postprocess.ts";
import { quantizeMap } from "../../postprocess/scores.ts";
import type { Segmentation } from "../../reply.ts";
import { ProviderError } from "../provider.ts";
import type { GpuPipeline } from "./pipeline.ts";
import { readBuffer } from "./readback.ts";
import type { GpuSession } from "./session.ts";

/** Share of an input's values whose grey level may be the next one: its sum lies on the edge of a rounding (4e-3 measured). */
const OTHER_LEVELS = 2e-2;
const CHANNELS = { rgb8: 3, rgba8: 4, gray8: 1 };

/**
 * Compares the network's input with the CPU's for frames of noise of all formats and other sizes; then one frame's answer with what
 * the CPU makes of the same map, and that of a map full of regions.
 *
 * @throws {ProviderError} code "golden" that says what differs.
 */
export async function checkShaders(
  session: GpuSession,
  card: Card,
  pipeline: GpuPipeline,
): Promise<void> {
  const { width, height } = card.input;
  const sizes = [[2 * width + 3, 3 * height + 1], [Math.ceil(width / 2), height]] as const;
  for (const format of ["rgb8", "rgba8", "gray8"] as const) {
    for (const size of sizes) {
      const pixels = noise(format, ...size);
      await pipeline.fill(pixels);
      await compareInput(session, card, pixels);
    }
  }
  const pixels = noise("rgb8", width, height);
  const bytes = pixels.bytes.slice();
  const answer = await pipeline.answer({ ...pixels, bytes }, { map: true });
  await compareInput(session, card, pixels);
  const data = await contents(session, "output", width * height);
  compareAnswers(card, "a frame", answer, { width, height, data });
  const map = regions(width, height);
  session.device.queue.writeBuffer(session.output, 0, map.data as Float32Array<ArrayBuffer>);
  compareAnswers(card, "a map of many regions", await pipeline.describe({ width, height }), map);
}

async function contents(
  session: GpuSession,
  name: "input" | "output",
  length: number,
): Promise<Float32Array> {
  return new Float32Array(
    await readBuffer(session.device, session[name], 4 * length, session.read),
  );
}

/** Noise on a slope: all grey levels. */
function noise(format: Pixels["format"], width: number, height: number): Pixels {
  const random = createRandom(`${format} ${width}×${height}`);
  const length = width * height * CHANNELS[format];
  const bytes = Uint8Array.from({ length }, (_, i) => 200 * i / length + random.int(56));
  return { format, width, height, bytes };
}

/** Scores of 0..1 that rise and fall along the rows at many lengths, both ends included. */
function regions(width: number, height: number): ScoreMap {
  const random = createRandom("regions");
  const data = Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const wave = 0.5 + 0.6 * Math.sin(x * (1 + y % 7) / 5) * Math.cos(y / 9);
    return Math.min(1, Math.max(0, wave + 0.1 * random.next()));
  });
  return { width, height, data };
}

async function compareInput(session: GpuSession, card: Card, pixels: Pixels): Promise<void> {
  const plane = card.input.width * card.input.height;
  const expected = toInput(toImage(pixels), card.input);
  const got = await contents(session, "input", expected.length);
  const what = `a frame of ${pixels.format} ${pixels.width}×${pixels.height}`;
  let others = 0;
  got.forEach((value, i) => {
    if (value === expected[i]) return;
    others++;
    const level = 1 / 255 / card.input.std[Math.floor(i / plane)]!;
    if (!(Math.abs(value - expected[i]!) <= 1.001 * level)) throw differ(what, `input at ${i}`);
  });
  if (others > Math.max(2, OTHER_LEVELS * got.length)) {
    throw differ(what, `${others} of ${got.length} values of the input`);
  }
}

/** All but the map's levels is exact. */
function compareAnswers(card: Card, what: string, got: Segmentation, map: ScoreMap): void {
  const expected = postprocess(map, { ...card, frame: got.frame });
  for (const name of ["score", "verdict", "regions"] as const) {
    const [is, shouldBe] = [got[name], expected[name]].map((value) => JSON.stringify(value));
    if (is !== shouldBe) throw differ(what, `${name} ${is}, must be ${shouldBe}`);
  }
  const bits = packMask(expected.mask).bits;
  if (got.mask.bits.some((byte, i) => byte !== bits[i])) throw differ(what, "mask");
  const levels = quantizeMap(map);
  const wrong = levels.findIndex((level, i) => Math.abs(level - got.map![i]!) > 1);
  if (wrong !== -1) throw differ(what, `map at ${wrong}: ${got.map![wrong]} for ${levels[wrong]}`);
}

function differ(what: string, where: string): ProviderError {
  return new ProviderError("golden", `The GPU's shaders differ from the CPU on ${what}: ${where}`);
}
