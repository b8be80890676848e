import { assertEquals, assertRejects } from "@std/assert";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { runTensor } from "../../../runtime/engine/run_tensor.ts";

const size = { width: 2, height: 1 };

/** A session whose map is the first channel, into one buffer of its own for all runs. */
function fakeSession() {
  const batches: number[] = [];
  const map = new Float32Array(6);
  return {
    batches,
    run(input: Float32Array, batch: number) {
      batches.push(batch);
      for (let at = 0; at < 2 * batch; at++) map[at] = input[Math.floor(at / 2) * 6 + at % 2]!;
      return Promise.resolve(map.subarray(0, 2 * batch));
    },
  };
}

Deno.test("runTensor() divides a batch into runs that the session takes, and joins their maps", async () => {
  const tensor = Float32Array.from({ length: 18 }, (_, at) => at);
  for (const [most, expected] of [[1, [1, 1, 1]], [2, [2, 1]], [3, [3]]] as const) {
    const session = fakeSession();
    const { map, runMs } = await runTensor(session, size, { tensor, batch: 3 }, most);
    assertEquals([...map], [0, 1, 6, 7, 12, 13]);
    assertEquals(session.batches, [...expected]);
    assertEquals(runMs >= 0, true);
  }
});

Deno.test("runTensor() refuses a map with a score that is no finite number", async () => {
  for (const none of [NaN, Infinity]) {
    const tensor = new Float32Array(18).with(13, none);
    const run = () => runTensor(fakeSession(), size, { tensor, batch: 3 });
    assertEquals((await assertRejects(run, ProviderError, "NaN or infinite")).code, "run");
  }
});
