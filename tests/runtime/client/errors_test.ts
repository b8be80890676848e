import { assertAlmostEquals, assertEquals } from "@std/assert";
import { problemError, StreamClosedError } from "../../../runtime/client/errors.ts";

Deno.test("problemError() reads problem+json, and lives with anything else", async () => {
  const problem = Response.json({ code: "too-large", detail: "big" }, { status: 413 });
  const { status, code, message } = await problemError(problem);
  assertEquals([status, code, message], [413, "too-large", "big"]);
  const other = await problemError(
    new Response("<html>", { status: 502, statusText: "Bad Gateway" }),
  );
  assertEquals([other.status, other.code], [502, "unknown"]);
  assertEquals(other.message, "The server answered 502 Bad Gateway");
});

Deno.test("problemError() reads how long to wait, in seconds or until a date, within a limit", async () => {
  const inOneMinute = new Date(Date.now() + 60_000).toUTCString();
  const long = new Date(Date.now() + 86_400_000).toUTCString();
  const waits = await Promise.all(
    ["7", "0", inOneMinute, long, "Thu, 01 Jan 1970 00:00:00 GMT", "soon"].map(async (value) => {
      const response = new Response("", { status: 429, headers: { "retry-after": value } });
      return (await problemError(response)).retryAfterMs;
    }),
  );
  const [minute] = waits.splice(2, 1);
  assertEquals(waits, [7000, 0, 600_000, 0, undefined]);
  assertAlmostEquals(minute!, 60_000, 2000); // a date has whole seconds
  const none = await problemError(Response.json({ code: "busy" }, { status: 503 }));
  assertEquals(none.retryAfterMs, undefined);
});

Deno.test("StreamClosedError names the code", () => {
  const error = new StreamClosedError(4404, `there is no model "x"`);
  assertEquals(error.code, "noSuchModel");
  assertEquals(error.message, `The stream is closed: there is no model "x" (4404)`);
  assertEquals(
    new StreamClosedError(1006, "").message,
    "The stream is closed: the connection broke (1006)",
  );
});
