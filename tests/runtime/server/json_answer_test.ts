import { assertEquals, assertNotEquals } from "@std/assert";
import { taggedJson } from "../../../runtime/server/json_answer.ts";

const ask = (tag?: string) =>
  new Request("http://a/", tag === undefined ? {} : { headers: { "if-none-match": tag } });

Deno.test("taggedJson() gives the value, and 304 to who has it", async () => {
  const first = await taggedJson(ask(), { a: 1 });
  const etag = first.headers.get("etag")!;
  assertEquals([await first.json(), first.headers.get("cache-control")], [{ a: 1 }, "no-cache"]);
  for (const tag of [etag, `"other", ${etag}`, `W/${etag.replace("W/", "")}`, "*"]) {
    const again = await taggedJson(ask(tag), { a: 1 });
    assertEquals([again.status, await again.text(), again.headers.get("etag")], [304, "", etag]);
  }
  const changed = await taggedJson(ask(etag), { a: 2 });
  assertEquals(changed.status, 200);
  assertNotEquals(changed.headers.get("etag"), etag);
});
