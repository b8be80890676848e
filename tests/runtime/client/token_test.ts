import { assert, assertEquals, assertRejects } from "@std/assert";
import { createAuthority } from "../../../runtime/auth/authority.ts";
import { guard } from "../../../runtime/auth/guard.ts";
import { ROLES } from "../../../runtime/auth/roles.ts";
import { hashToken, makeToken } from "../../../runtime/auth/token.ts";
import {
  followEvents,
  ProblemError,
  ReconnectingStream,
  segment,
  StreamClient,
  WatchClient,
} from "../../../runtime/client/client.ts";
import { createCallers } from "../../../runtime/limits/callers.ts";
import { cutProxy } from "../../helpers/cut_proxy.ts";
import { servedApp, until } from "../../helpers/served_app.ts";

const FRAME = { format: "gray8", width: 2, height: 1, bytes: Uint8Array.of(1, 2) } as const;
const MODEL = { model: "unet-small" };

/** A server that asks for the token. */
async function asking() {
  const authority = createAuthority();
  const token = makeToken();
  await authority.admit(token, { name: "client", roles: ROLES });
  return { token, ...await servedApp({}, { middleware: [guard(authority, createCallers())] }) };
}

Deno.test("every client gives its token, and is refused without", async () => {
  await using server = await asking();
  const { url, token } = server;
  const refusals = [
    () => StreamClient.open(url, MODEL),
    () => WatchClient.open(url, "line"),
    () => ReconnectingStream.open(url, MODEL),
  ];
  const asked = [() => segment(url, "unet-small", FRAME), () => followEvents(url).next()];
  for (const ask of [...refusals, ...asked]) {
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

Deno.test("ReconnectingStream ends at once with the status when its token is refused", async () => {
  const authority = createAuthority();
  const token = makeToken();
  await authority.admit(token, { name: "viewer", roles: ["read"] });
  await using server = await servedApp({}, { middleware: [guard(authority, createCallers())] });
  for (const [given, status, code] of [[token, 403, "forbidden"], ["x", 401, "unauthorized"]]) {
    const changes: string[] = [];
    const error = await assertRejects(
      () =>
        ReconnectingStream.open(server.url, {
          ...{ ...MODEL, token: given as string },
          onConnection: ({ state }) => changes.push(state),
        }),
      ProblemError,
    ) as ProblemError;
    assertEquals([error.status, error.code, changes], [status, code, ["closed"]]);
  }
});

Deno.test("ReconnectingStream ends when its token is refused on coming back", async () => {
  const authority = createAuthority();
  const token = makeToken();
  const sha256 = (await hashToken(token)).toHex();
  const record = { name: "camera", sha256, roles: ["stream" as const], created: "" };
  authority.replace([record]);
  await using server = await servedApp({}, { middleware: [guard(authority, createCallers())] });
  await using proxy = cutProxy(server.url);
  const closed = Promise.withResolvers<unknown>();
  const stream = await ReconnectingStream.open(proxy.url, {
    ...{ ...MODEL, token, backoff: { firstMs: 1 } },
    onConnection: (change) => change.state === "closed" && closed.resolve(change.cause),
  });
  authority.replace([]);
  proxy.cut();
  const cause = await closed.promise;
  assert(cause instanceof ProblemError && cause.status === 401);
  assertEquals(await assertRejects(() => stream.send(FRAME), ProblemError), cause);
});
