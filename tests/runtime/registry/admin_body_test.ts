import { assertEquals, assertRejects } from "@std/assert";
import { readAdminBody } from "../../../runtime/registry/admin_body.ts";
import { emptySchema, switchSchema } from "../../../runtime/registry/schemas.ts";
import { HttpProblem } from "../../../runtime/server/problem.ts";

const request = (body: BodyInit, type: string | null = "application/json") =>
  new Request("http://localhost/", {
    ...{ method: "POST", body },
    headers: type === null ? {} : { "content-type": type },
  });

Deno.test("readAdminBody() reads JSON by its schema", async () => {
  const body = { version: "1.1.0", watchMs: 0, force: true };
  const json = request(JSON.stringify(body), "Application/JSON; charset=utf-8");
  assertEquals(await readAdminBody(json, switchSchema), body);
});

Deno.test("readAdminBody() takes an absent body as an empty object", async () => {
  const empty = () => new Request("http://localhost/", { method: "POST" });
  assertEquals(await readAdminBody(empty(), emptySchema), {});
  const error = await assertRejects(() => readAdminBody(empty(), switchSchema), HttpProblem);
  assertEquals(error.code, "bad-request");
});

Deno.test("readAdminBody() says what is wrong, and where", async () => {
  const cases: [body: BodyInit, code: string, says: string][] = [
    ["{", "bad-request", "not JSON"],
    [Uint8Array.of(0x22, 0xff, 0x22), "bad-request", "not JSON"],
    ["[]", "bad-request", "the body: "],
    ['{"version":5}', "bad-request", "version: "],
    ['{"version":"1.1"}', "bad-request", "version: must be a semantic version"],
    ['{"version":"1.1.0","watchMs":-1}', "bad-request", "watchMs: "],
    ['{"version":"1.1.0","more":1}', "bad-request", "more"],
    [" ".repeat(4097), "too-large", "more than 4096"],
  ];
  for (const [body, code, says] of cases) {
    const error = await assertRejects(
      () => readAdminBody(request(body), switchSchema),
      HttpProblem,
    );
    assertEquals([error.code, error.detail.includes(says)], [code, true], error.detail);
  }
});

Deno.test("readAdminBody() takes JSON by its name only", async () => {
  for (const type of [null, "text/plain", "application/x-www-form-urlencoded"]) {
    const error = await assertRejects(
      () => readAdminBody(request('{"version":"1.1.0"}', type), switchSchema),
      HttpProblem,
    );
    assertEquals(error.code, "unsupported-media-type");
  }
});
