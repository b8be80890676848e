import { assertEquals, assertRejects } from "@std/assert";
import { StreamClient, StreamClosedError, WatchClient } from "../../../runtime/client/client.ts";
import { servedApp, until } from "../../helpers/served_app.ts";

const FRAME = { format: "gray8", width: 2, height: 1, bytes: Uint8Array.of(7, 8) } as const;

Deno.test("WatchClient gives the views of a stream, and ends without an error", async () => {
  await using server = await servedApp();
  const watch = await WatchClient.open(server.url, "camera");
  await until(() => server.deps.views.watched("camera"));
  const stream = await StreamClient.open(server.url, { model: "unet-small", stream: "camera" });
  const seen: unknown[] = [];
  const watching = (async () => {
    for await (const { reply, picture } of watch) {
      seen.push([reply.sequence, reply.outcome, [...picture!.bytes]]);
      if (seen.length === 2) watch.close();
    }
  })();
  for (let sent = 0; sent < 2; sent++) {
    const reply = stream.send(FRAME);
    await until(() => server.lane.busy);
    await server.lane.answer();
    await reply;
    await until(() => seen.length > sent);
  }
  await watching;
  assertEquals(seen, [[0, "done", [7, 8]], [1, "done", [7, 8]]]);
  await stream.close();
});

Deno.test("WatchClient throws when the server closes it", async () => {
  const server = await servedApp();
  const watch = await WatchClient.open(server.url, "camera");
  await until(() => server.deps.views.watched("camera"));
  const error = assertRejects(() => Array.fromAsync(watch), StreamClosedError);
  await server[Symbol.asyncDispose]();
  assertEquals((await error as StreamClosedError).code, "goingAway");
});
