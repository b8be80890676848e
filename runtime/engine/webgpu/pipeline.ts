// One frame through the GPU: decode → upload → shaders, network, shaders → readback → regions. One upload and one readback of
// bytes per frame; while one frame is read back, the next is at work. Knows no Worker and no socket.

import type { Card } from "../../../models/card.ts";
import { toInput } from "../../../models/input.ts";
import { segmentMask } from "../../../models/segment_map.ts";
import { type DecodedFrame, decodeFrame, type Pixels, toImage } from "../../decode_frame.ts";
import type { Size } from "../../decoder.ts";
import type { Frame } from "../../frame.ts";
import type { Levels } from "../../job.ts";
import { packMask } from "../../postprocess/packed_mask.ts";
import { toRegions } from "../../postprocess/regions.ts";
import { requireScore } from "../../postprocess/scores.ts";
import { type PipelineOptions, showsFrame, stopwatch } from "../../pipeline.ts";
import { drawPicture } from "../../render/picture.ts";
import type { Segmentation, StageTimes, Want } from "../../reply.ts";
import { withContext } from "../onnxruntime.ts";
import { createFrameInput } from "./frame_input.ts";
import { createMapOutput, type PendingMap } from "./map_output.ts";
import type { PackedMap } from "./reply_layout.ts";
import type { GpuSession } from "./session.ts";
import { createTurns } from "./turns.ts";

export interface GpuPipeline extends Disposable {
  /**
   * May be called again before the last answer is there: frames are answered in order, and others wait.
   *
   * @throws {FrameError} when the frame is refused.
   * @throws {ProviderError} code "run" when the run fails or a score is no finite number.
   */
  answer(frame: Frame, want?: Want): Promise<Segmentation>;
  /** Changes the levels of the card for the frames that are not submitted yet. */
  setLevels(levels: Levels): void;
  /** Fills the session's input, for checks. */
  fill(pixels: Pixels): Promise<void>;
  /** What the answer would be were the session's output a frame's map, for checks: with the map, without a network. */
  describe(frame: Size): Promise<Segmentation>;
}

/** Frames between upload and readback: one on the GPU, one on its way. More would only wait longer. */
const IN_FLIGHT = 2;

/** A frame whose work has been submitted. */
interface Submitted {
  readonly pending: PendingMap;
  /** What held when it was. */
  readonly levels: Levels;
  readonly preprocessMs: number;
  /** Time on the clock when the network's work began. */
  readonly began: number;
}

/**
 * The pipeline of one package on one GPU session, which it does not own. Same answers as createPipeline, but for a grey level
 * where a resized value lies on the edge of two, and a level of 255 where 255 × score does.
 */
export async function createGpuPipeline(
  session: GpuSession,
  card: Card,
  options: PipelineOptions = {},
): Promise<GpuPipeline> {
  const { device } = session;
  const { clock = () => performance.now(), ...decoding } = options;
  const { width, height } = card.input;
  let levels: Levels = { threshold: card.threshold, minRegionScore: card.minRegionScore };
  const input = await createFrameInput(device, card.input, session.input);
  const output = await createMapOutput(device, session.output, {
    ...{ width, height, threshold: levels.threshold },
    ...{ places: IN_FLIGHT, read: session.read },
  });
  const turns = createTurns(IN_FLIGHT);

  async function fillInput(pixels: Pixels): Promise<void> {
    if (input.fits(pixels)) return await input.write(pixels);
    // Too large for this GPU: resized here, one upload as well.
    const values = toInput(toImage(pixels), card.input);
    device.queue.writeBuffer(session.input, 0, values as Float32Array<ArrayBuffer>);
  }

  async function submit(pixels: Pixels, place: number, map: boolean): Promise<Submitted> {
    const lap = stopwatch(clock);
    await fillInput(pixels);
    const preprocessMs = lap();
    const began = clock();
    await session.execute();
    return { pending: output.submit(place, { map }), levels, preprocessMs, began };
  }

  async function describe(
    { pixels, size }: DecodedFrame,
    want: Want,
    packed: PackedMap,
    { threshold, minRegionScore }: Levels,
    before: Omit<StageTimes, "postprocessMs" | "encodeMs">,
  ): Promise<Segmentation> {
    const lap = stopwatch(clock);
    const { runScore, map: bytes } = packed;
    const score = requireScore(packed.score);
    const { mask, components } = segmentMask(packed.mask, runScore, { ...card, minRegionScore });
    const regions = toRegions(components, card.input, size);
    const postprocessMs = lap();

    const map = { width, height, data: Float32Array.from(bytes ?? [], (level) => level / 255) };
    const image = showsFrame(want) ? toImage(pixels) : { ...size, data: pixels.bytes };
    const encoded = {
      mask: packMask(mask),
      ...(want.map && bytes && { map: bytes }),
      ...(want.png && { png: await drawPicture(want.png, image, map, mask) }),
    };
    return {
      ...{ frame: size, verdict: components.length > 0 ? "defect" : "ok", score },
      ...{ threshold, minRegionScore, regions, ...encoded },
      times: { ...before, postprocessMs, encodeMs: lap() },
    };
  }

  return {
    async answer(frame, want = {}) {
      const lap = stopwatch(clock);
      const shrinkTo = showsFrame(want) ? undefined : card.input;
      const decoded = await decodeFrame(frame, { ...decoding, ...(shrinkTo && { shrinkTo }) });
      const decodeMs = lap();
      const needsMap = want.map === true || want.png === "heatmap";
      const { packed, levels, preprocessMs, runMs } = await turns.take(
        (place) => submit(decoded.pixels, place, needsMap),
        async ({ pending, levels, preprocessMs, began }) => {
          const packed = await withContext("run", "Cannot read the GPU's answer", pending.read);
          return { packed, levels, preprocessMs, runMs: clock() - began };
        },
      );
      return await describe(decoded, want, packed, levels, { decodeMs, preprocessMs, runMs });
    },
    setLevels(next) {
      levels = next;
      output.setThreshold(next.threshold);
    },
    fill: fillInput,
    async describe(size) {
      const packed = await turns.take(
        (place) => Promise.resolve(output.submit(place, { map: true })),
        (pending) => pending.read(),
      );
      const pixels = { format: "rgb8", ...size, bytes: new Uint8Array() } as const;
      const none = { decodeMs: 0, preprocessMs: 0, runMs: 0 };
      return await describe({ pixels, size }, { map: true }, packed, levels, none);
    },
    [Symbol.dispose]() {
      input[Symbol.dispose]();
      output[Symbol.dispose]();
    },
  };
}
