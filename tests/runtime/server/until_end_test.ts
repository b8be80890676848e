import { assertEquals, assertRejects } from "@std/assert";
import type { Deployment } from "../../../runtime/engine/deployment.ts";
import type { Server } from "../../../runtime/server/server.ts";
import { serveUntilEnd } from "../../../runtime/server/until_end.ts";
import { fakeDeployment, fakeLane } from "../../helpers/fake_lane.ts";
import { until } from "../../helpers/served_app.ts";

/** Far longer than the test: only a signal ends the wait. */
const LONG_MS = 3_600_000;

function serving(
  ready: Promise<readonly Deployment[]> = Promise.resolve([fakeDeployment([fakeLane()])]),
) {
  const said: string[] = [];
  const server: Server = {
    ...{ url: "http://a", ready, admit: () => Promise.resolve(undefined) },
    announceStop: () => void said.push("announced"),
    stop: () => Promise.resolve(void said.push("stopped")),
  };
  return { server, said };
}

Deno.test("serveUntilEnd() announces on SIGTERM, and a second one ends the wait", async () => {
  const { server, said } = serving();
  const ended = serveUntilEnd(server, new AbortController().signal, LONG_MS, () => {
    said.push("ready");
    return () => Promise.resolve(void said.push("cleaned up"));
  });
  await until(() => said.length === 1);
  Deno.kill(Deno.pid, "SIGTERM");
  await until(() => said.length === 2);
  assertEquals(said, ["ready", "announced"]);
  Deno.kill(Deno.pid, "SIGTERM");
  await ended;
  assertEquals(said.slice(2), ["cleaned up", "stopped"]);
});

Deno.test("serveUntilEnd() announces nothing when it is interrupted", async () => {
  const { server, said } = serving();
  const interrupt = new AbortController();
  const ended = serveUntilEnd(server, interrupt.signal, LONG_MS, () => void said.push("ready"));
  await until(() => said.length === 1);
  interrupt.abort();
  await ended;
  assertEquals(said, ["ready", "stopped"]);
});

Deno.test("serveUntilEnd() stops a server that does not get ready, and says why", async () => {
  const { server, said } = serving(Promise.reject(new Error("no provider")));
  const ended = serveUntilEnd(server, new AbortController().signal, 0, () => {});
  await assertRejects(() => ended, Error, "no provider");
  assertEquals(said, ["stopped"]);
});
