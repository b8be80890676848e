import { assertEquals } from "@std/assert";
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

Deno.test("StreamClosedError names the code", () => {
  const error = new StreamClosedError(4404, `there is no model "x"`);
  assertEquals(error.code, "noSuchModel");
  assertEquals(error.message, `The stream is closed: there is no model "x" (4404)`);
  assertEquals(
    new StreamClosedError(1006, "").message,
    "The stream is closed: the connection broke (1006)",
  );
});
