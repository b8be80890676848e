import { assert, assertEquals, assertRejects } from "@std/assert";
import { runLoad } from "../../../../runtime/bench/load/driver.ts";
import type { Frame } from "../../../../runtime/frame.ts";
import { fakeDeployment, fakeLane } from "../../../helpers/fake_lane.ts";
import { servedApp } from "../../../helpers/served_app.ts";

const frames: Frame[] = [{ format: "gray8", width: 2, height: 1, bytes: Uint8Array.of(1, 2) }];

/** A server whose lane answers at once. */
async function served() {
  const app = await servedApp();
  app.router.attach(fakeDeployment([fakeLane({ auto: true })]));
  const load = { server: app.url, model: "unet-small", frames };
  return { load, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

Deno.test("runLoad() closed sends a frame when the last one is answered, and measures after the warm-up", async () => {
  await using app = await served();
  const pace = { kind: "closed", warmUp: 5, count: 20 } as const;
  const { streams, measuredMs } = await runLoad({ ...app.load, streams: 2, pace });
  assertEquals(streams.map(({ agesMs }) => agesMs.length), [20, 20]);
  for (const { counted, told } of streams) assertEquals([counted, counted.done], [told!, 25]);
  assert(measuredMs > 0);
});

Deno.test("runLoad() open sends at its pace and counts every reply", async () => {
  await using app = await served();
  const pace = { kind: "open", warmUpMs: 0, intervalMs: 20, durationMs: 200 } as const;
  const { streams, measuredMs } = await runLoad({ ...app.load, streams: 3, pace });
  assertEquals(measuredMs, 200);
  for (const { counted, told } of streams) {
    assertEquals(counted, told);
    // A busy box may send late and fewer, never more than the pace says.
    assert(counted.received >= 1 && counted.received <= 10, `${counted.received} frames`);
  }
});

Deno.test("runLoad() ends a load without end when its signal aborts, with the time of each reply", async () => {
  await using app = await served();
  const pace = { kind: "open", warmUpMs: 0, intervalMs: 10, durationMs: Infinity } as const;
  const stop = new AbortController();
  const beganMs = performance.timeOrigin + performance.now();
  setTimeout(() => stop.abort(), 500);
  const options = { ...app.load, streams: 2, policy: "queue", pace } as const;
  const { streams, measuredMs } = await runLoad(options, stop.signal);
  assert(Number.isFinite(measuredMs));
  for (const { agesMs, doneMs, counted, told } of streams) {
    assertEquals([counted, doneMs.length], [told!, agesMs.length]);
    assert(doneMs.every((ms) => ms >= beganMs && ms <= performance.timeOrigin + performance.now()));
  }
});

Deno.test("runLoad() says why it failed", async () => {
  await using app = await served();
  const options = { ...app.load, model: "none", streams: 1 };
  const pace = { kind: "closed", warmUp: 0, count: 1 } as const;
  await assertRejects(() => runLoad({ ...options, pace }), Error, `no model "none"`);
});
