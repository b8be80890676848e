import { assertEquals } from "@std/assert";
import { openPage } from "../../helpers/browser.ts";
import { testIf } from "../../helpers/require.ts";
import { startTiny } from "../../helpers/tiny_server.ts";

await testIf("browser", "the client runs in a browser as the server gives it", async () => {
  await using server = await startTiny();
  await using open = await openPage(`${server.url}/`);
  // The page's policy allows scripts of its own server, and playwright's evaluation.
  const seen = await open.page.evaluate(async () => {
    const path = "/app/client/client.ts";
    const { followEvents, ReconnectingStream, segment } = await import(path);
    const frame = () => ({ format: "gray8", width: 8, height: 4, bytes: new Uint8Array(32) });
    const server = location.origin;
    const { verdict } = await segment(server, "tiny", frame());
    const stream = await ReconnectingStream.open(server, { model: "tiny", stream: "page" });
    const result = await stream.send(frame());
    for await (const message of followEvents(server, { stream: "page", after: "none-0" })) {
      if (message.kind !== "verdict") continue;
      const counters = await stream.close();
      return [verdict, result.outcome, message.event.sequence, counters?.done];
    }
    return [];
  });
  assertEquals(seen, ["ok", "done", 0, 1]);
});
