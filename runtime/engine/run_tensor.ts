// A ready input through the session alone, in as many runs as the session needs. Knows no frame.

import type { TensorJob } from "../job.ts";
import { maxScore, requireScore } from "../postprocess/scores.ts";
import type { Inference } from "../reply.ts";
import type { Session } from "./provider.ts";

/**
 * Runs a batch.
 *
 * @param size of an image, in pixels.
 * @param most images that the session takes at once.
 * @throws {ProviderError} code "run", also when a score is no finite number.
 */
export async function runTensor(
  session: Pick<Session, "run">,
  size: { readonly width: number; readonly height: number },
  { tensor, batch }: TensorJob,
  most: number = batch,
): Promise<Inference> {
  const [inputLength, mapLength] = [tensor.length / batch, size.width * size.height];
  const map = new Float32Array(batch * mapLength);
  const start = performance.now();
  for (let at = 0; at < batch; at += most) {
    const count = Math.min(most, batch - at);
    const images = tensor.subarray(at * inputLength, (at + count) * inputLength);
    map.set(await session.run(images, count), at * mapLength);
  }
  const runMs = performance.now() - start;
  requireScore(maxScore({ ...size, data: map })); // of all its maps
  return { map, runMs };
}
