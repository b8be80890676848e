import { assertEquals } from "@std/assert";
import { socketUrl } from "../../../runtime/client/socket.ts";

Deno.test("socketUrl() makes WebSocket URLs", () => {
  const cases = {
    "http://a:1": "ws://a:1/v1/stream",
    "https://a/page": "wss://a/v1/stream",
    "ws://a:2": "ws://a:2/v1/stream",
  };
  for (const [server, url] of Object.entries(cases)) {
    assertEquals(socketUrl(server, "/v1/stream").href, url);
  }
});
