import { assertEquals, assertRejects } from "@std/assert";
import { ProblemError, segment } from "../../../runtime/client/client.ts";
import { servedApp, until } from "../../helpers/served_app.ts";

const RAW = { format: "gray8", width: 2, height: 1, bytes: Uint8Array.of(1, 2) } as const;

Deno.test("segment() sends a raw frame and gives the typed answer", async () => {
  await using server = await servedApp();
  const pending = segment(server.url, "unet-small", RAW, { version: "1.0.0" });
  await until(() => server.lane.busy);
  await server.lane.answer();
  const reply = await pending;
  assertEquals([reply.verdict, reply.model.name, reply.mask.size], ["defect", "unet-small", [
    8,
    16,
  ]]);
  assertEquals(server.lane.frames[0], { ...RAW });
});

Deno.test("segment() sends encoded frames with their type", async () => {
  await using server = await servedApp();
  for (const bytes of [Uint8Array.of(0x89, 0x50), Uint8Array.of(0xff, 0xd8)]) {
    const pending = segment(server.url, "unet-small", { format: "encoded", bytes });
    await until(() => server.lane.busy);
    await server.lane.answer();
    assertEquals((await pending).verdict, "defect");
  }
});

Deno.test("segment() throws the problem that the server tells", async () => {
  await using server = await servedApp();
  const error = await assertRejects(() => segment(server.url, "none", RAW), ProblemError);
  const { status, code, message } = error as ProblemError;
  assertEquals([status, code], [404, "no-such-model"]);
  assertEquals(message, `There is no model "none", served are unet-small 1.0.0`);
});

Deno.test("segment() can be aborted", async () => {
  await using server = await servedApp();
  const signal = AbortSignal.abort(new Error("stop"));
  await assertRejects(() => segment(server.url, "unet-small", RAW, { signal }), Error, "stop");
});

Deno.test("segment() gives up at its deadline", async () => {
  await using server = await servedApp();
  const pending = segment(server.url, "unet-small", RAW, { deadlineMs: 30 });
  pending.catch(() => {});
  await until(() => server.lane.busy);
  server.clock.advance(30);
  const { status, code } = await assertRejects(() => pending, ProblemError) as ProblemError;
  assertEquals([status, code], [504, "expired"]);
  await server.lane.answer();
});
