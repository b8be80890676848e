import { assertEquals } from "@std/assert";
import { createAuthority } from "../../../runtime/auth/authority.ts";
import { guard } from "../../../runtime/auth/guard.ts";
import type { Role } from "../../../runtime/auth/roles.ts";
import { makeToken } from "../../../runtime/auth/token.ts";
import { createCallers } from "../../../runtime/limits/callers.ts";
import { rawRequest, readProblem, testApp } from "../../helpers/test_app.ts";

async function guarded(roles: Role[]) {
  const authority = createAuthority();
  const token = makeToken();
  await authority.admit(token, { name: "tester", roles });
  const callers = createCallers();
  const bench = testApp({}, undefined, { middleware: [guard(authority, callers)] });
  const bearer = { authorization: `Bearer ${token}` };
  return { ...bench, bearer, token, callers };
}

Deno.test("guard() leaves health and the page open", async () => {
  const { app } = await guarded([]);
  for (const path of ["/healthz", "/readyz", "/problems/empty"]) {
    assertEquals((await app.request(path)).status, 200);
  }
});

Deno.test("guard() answers 401 without a token and with a wrong one, and says how to ask", async () => {
  const { app } = await guarded(["read"]);
  const none = await app.request("/v1/models");
  assertEquals(none.headers.get("www-authenticate"), `Bearer realm="lineside"`);
  assertEquals((await readProblem(none)).code, "unauthorized");
  const wrong = await app.request("/v1/models", {
    headers: { authorization: `Bearer ${makeToken()}` },
  });
  assertEquals(wrong.status, 401);
  assertEquals(
    wrong.headers.get("www-authenticate"),
    `Bearer realm="lineside", error="invalid_token"`,
  );
  await wrong.body?.cancel();
});

Deno.test("guard() answers 403 when the role is not enough, and never shows the token", async () => {
  const { app, bearer, token } = await guarded(["read"]);
  assertEquals((await app.request("/v1/models", { headers: bearer })).status, 200);
  const response = await app.request("/v1/models/unet-small/segment", rawRequest(bearer));
  assertEquals(
    response.headers.get("www-authenticate"),
    `Bearer realm="lineside", error="insufficient_scope", scope="stream"`,
  );
  const problem = await readProblem(response);
  assertEquals([problem.status, problem.code, problem.detail.includes(token)], [
    403,
    "forbidden",
    false,
  ]);
});

Deno.test("guard() takes a WebSocket's token from its sub-protocol", async () => {
  const { app, token } = await guarded(["stream"]);
  const open = (protocols: string) =>
    app.request("/v1/stream", { headers: { "sec-websocket-protocol": protocols } });
  assertEquals((await open("lineside.v1")).status, 401);
  assertEquals((await open(`lineside.v1, lineside.bearer.${token}`)).status, 426); // no upgrade here
});

Deno.test("guard() says to the limits whose request it is", async () => {
  const { app, bearer, callers } = await guarded(["read"]);
  const request = new Request("http://a/v1/models", { headers: bearer });
  callers.arrived(request, "10.0.0.1");
  assertEquals(callers.keyOf(request), "address 10.0.0.1");
  await app.fetch(request);
  assertEquals(callers.keyOf(request), "token tester");
});

Deno.test("guard() answers paths of the Open Inference Protocol in its own style", async () => {
  const { app } = await guarded(["read"]);
  const response = await app.request("/v2/models/unet-small/infer", { method: "POST", body: "{}" });
  assertEquals(response.status, 401);
  assertEquals(response.headers.get("www-authenticate"), `Bearer realm="lineside"`);
  assertEquals(Object.keys(await response.json()), ["error"]);
});
