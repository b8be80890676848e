import { assertEquals } from "@std/assert";
import { StreamClient, WatchClient } from "../../../runtime/client/client.ts";
import { countAlive } from "../../helpers/collected.ts";
import { cutProxy } from "../../helpers/cut_proxy.ts";
import { servedApp } from "../../helpers/served_app.ts";

for (
  const [name, open] of [
    [
      "StreamClient",
      (url) => StreamClient.open(url, { model: "unet-small", closeTimeoutMs: 10 }),
    ],
    ["WatchClient", (url) => WatchClient.open(url, "camera")],
  ] satisfies [string, (url: string) => Promise<StreamClient | WatchClient>][]
) {
  Deno.test(`${name} leaves nothing with a socket that its server does not close`, async () => {
    await using server = await servedApp();
    await using proxy = cutProxy(server.url);
    // In a function of its own: a function that waits holds what it has had.
    const leave = async () => {
      const clients = await Promise.all(Array.from({ length: 5 }, () => open(proxy.url)));
      proxy.freeze();
      await Promise.all(clients.map((client) => client.close()));
      return clients.map((client) => new WeakRef(client));
    };
    assertEquals(await countAlive(await leave()), 0);
  });
}
