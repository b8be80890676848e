import { assertEquals, assertRejects } from "@std/assert";
import { openLeanStream } from "../../../../runtime/bench/load/lean_stream.ts";
import { maskFrame } from "../../../../runtime/bench/load/masked.ts";
import { fakeDeployment, fakeLane } from "../../../helpers/fake_lane.ts";
import { servedApp, until } from "../../../helpers/served_app.ts";

const HELLO = { model: "unet-small", policy: "latest" } as const;
const frame = () => maskFrame({ format: "gray8", width: 2, height: 1, bytes: Uint8Array.of(1, 2) });

Deno.test("openLeanStream() tells of each frame how it ended and when it was sent", async () => {
  await using app = await servedApp();
  const lane = fakeLane();
  app.router.attach(fakeDeployment([lane]));
  const stream = await openLeanStream(app.url, HELLO);
  const before = performance.now();
  const [one, replies] = [frame(), [] as Promise<{ outcome: string; sentMs: number }>[]];
  for (let sent = 0; sent < 3; sent++) replies.push(stream.send(one));
  assertEquals((await replies[1]!).outcome, "dropped"); // replaced by the third
  await until(() => lane.frames.length === 1);
  await lane.answer();
  await until(() => lane.frames.length === 2);
  await lane.answer();
  const ended = await Promise.all(replies);
  assertEquals(ended.map(({ outcome }) => outcome), ["done", "dropped", "done"]);
  for (const { sentMs } of ended) assertEquals(sentMs >= before && sentMs < before + 5000, true);
  const told = await stream.close();
  assertEquals([told!.received, told!.done, told!.dropped, told!.inFlight], [3, 2, 1, 0]);
});

Deno.test("openLeanStream() says why a hello is refused, and a frame that is never answered", async () => {
  await using app = await servedApp();
  app.router.attach(fakeDeployment([fakeLane()]));
  await assertRejects(
    () => openLeanStream(app.url, { ...HELLO, model: "none" }),
    Error,
    "no model",
  );
  const stream = await openLeanStream(app.url, HELLO);
  const tooLarge = maskFrame({ format: "encoded", bytes: new Uint8Array(1001) });
  assertEquals((await stream.send(tooLarge)).outcome, "refused"); // and the stream ends
  await assertRejects(() => stream.send(frame()), Error);
});
