import { assertEquals, assertRejects } from "@std/assert";
import { createAuthority } from "../../../runtime/auth/authority.ts";
import { guard } from "../../../runtime/auth/guard.ts";
import { ROLES } from "../../../runtime/auth/roles.ts";
import { makeToken } from "../../../runtime/auth/token.ts";
import {
  followEvents,
  ProblemError,
  ReconnectingStream,
  segment,
  StreamClient,
  StreamClosedError,
  WatchClient,
} from "../../../runtime/client/client.ts";
import { createCallers } from "../../../runtime/limits/callers.ts";
import { servedApp, until } from "../../helpers/served_app.ts";

const FRAME = { format: "gray8", width: 2, height: 1, bytes: Uint8Array.of(1, 2) } as const;
const MODEL = { model: "unet-small" };

/** A server that asks for the token. */
async function asking() {
  const authority = createAuthority();
  const token = makeToken();
  await authority.admit(token, { name: "client", roles: ROLES });
  return { token, ...servedApp({}, { middleware: [guard(authority, createCallers())] }) };
}

Deno.test("every client gives its token, and is refused without", async () => {
  await using server = await asking();
  const { url, token } = server;
  const backoff = { attempts: 1 };
  const refusals = [
    () => StreamClient.open(url, MODEL),
    () => WatchClient.open(url, "line"),
    () => ReconnectingStream.open(url, { ...MODEL, backoff }),
  ];
  for (const open of refusals) await assertRejects(open, StreamClosedError);
  const asked = [() => segment(url, "unet-small", FRAME), () => followEvents(url).next()];
  for (const ask of asked) {
    assertEquals((await assertRejects(ask, ProblemError) as ProblemError).status, 401);
  }

  const abort = new AbortController();
  const first = followEvents(url, { token, signal: abort.signal }).next();
  await until(() => server.deps.events.readers === 1);
  await using watch = await WatchClient.open(url, "line", undefined, token);
  await using stream = await StreamClient.open(url, { ...MODEL, token });
  await using lasting = await ReconnectingStream.open(url, { ...MODEL, stream: "line", token });
  const answers = [
    () => stream.send(FRAME),
    () => lasting.send(FRAME),
    () => segment(url, "unet-small", FRAME, { token }),
  ];
  for (const ask of answers) {
    const answer = ask();
    await until(() => server.lane.busy);
    await server.lane.answer();
    await answer;
  }
  assertEquals(server.frames.map(({ outcome }) => outcome), ["done", "done", "done"]);
  assertEquals((await first).value?.kind, "verdict");
  abort.abort();
  watch.close();
});
