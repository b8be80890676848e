import { assert, assertEquals } from "@std/assert";
import { LaneError } from "../../../runtime/engine/lane.ts";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { RegistryError, type RegistryErrorCode } from "../../../runtime/registry/errors.ts";
import { FrameError } from "../../../runtime/frame.ts";
import { UnavailableError } from "../../../runtime/server/model_service.ts";
import {
  HttpProblem,
  isInternal,
  problemOf,
  problemResponse,
  PROBLEMS,
} from "../../../runtime/server/problem.ts";

Deno.test("PROBLEMS have an error status and a title each", () => {
  for (const { status, title } of Object.values(PROBLEMS)) {
    assert(status >= 400 && status <= 599, title);
    assert(title.length > 5);
  }
});

Deno.test("problemOf() maps every kind of error", () => {
  const cases: [Error, string][] = [
    [new HttpProblem("not-acceptable", "x"), "not-acceptable"],
    [new FrameError("size-mismatch", "x"), "size-mismatch"],
    [new UnavailableError("overloaded", "x"), "overloaded"],
    [new LaneError("crashed", "x"), "lane-failed"],
    [new LaneError("closed", "x"), "not-ready"],
    [new RegistryError("too-slow", "x"), "too-slow"],
    [new ProviderError("run", "x"), "run-failed"],
    [new TypeError("x"), "internal"],
  ];
  for (const [error, code] of cases) assertEquals(problemOf(error).code as string, code);
});

Deno.test("problemOf() tells nothing of errors of the inside", () => {
  for (const error of [new Error("/secret"), new LaneError("crashed", "/secret"), "/secret"]) {
    assert(!JSON.stringify(problemOf(error)).includes("secret"));
  }
  assert(isInternal(problemOf(new Error("x"))));
  assert(!isInternal(problemOf(new FrameError("empty", "x"))));
});

Deno.test("problemResponse() follows RFC 9457", async () => {
  const response = problemResponse({
    code: "not-ready",
    detail: "later",
    headers: { "retry-after": "1" },
  });
  assertEquals(response.status, 503);
  assertEquals(response.headers.get("content-type"), "application/problem+json");
  assertEquals(response.headers.get("retry-after"), "1");
  assertEquals(await response.json(), {
    ...{ type: "/problems/not-ready", title: "The model is not ready", status: 503 },
    ...{ detail: "later", code: "not-ready" },
  });
});

Deno.test("problemOf() says when to try an operation again that found others waiting", () => {
  const retry = (code: RegistryErrorCode) => problemOf(new RegistryError(code, "x")).headers;
  assertEquals(retry("too-many-operations"), { "retry-after": "1" });
  assertEquals(retry("too-slow"), {});
});
