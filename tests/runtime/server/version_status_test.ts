import { assertEquals } from "@std/assert";
import { versionStatus } from "../../../runtime/server/version_status.ts";

const of = (
  state: Parameters<typeof versionStatus>[1]["state"],
  service?: Parameters<typeof versionStatus>[2],
) => {
  const refusal = { code: "too-slow", reason: "it takes long" } as const;
  const seen = { version: "1.0.0", state, inFolder: true, refusal };
  const { state: status, reason } = versionStatus("tiny", seen, service);
  return [status, reason];
};

Deno.test("versionStatus() is what the version's service is", () => {
  assertEquals(of("serving", "ready"), ["ready", ""]);
  assertEquals(of("loaded", "loading"), ["loading", ""]);
  assertEquals(of("serving", "failed"), ["unavailable", "failed"]);
  assertEquals(of("serving", "stopping"), ["unavailable", "stopping"]);
});

Deno.test("versionStatus() says of a version without a service why it is not there", () => {
  assertEquals(of("available"), ["unavailable", "not loaded"]);
  assertEquals(of("loading"), ["loading", ""]);
  assertEquals(of("refused"), ["unavailable", "too-slow: it takes long"]);
});

Deno.test("versionStatus() holds a refusal against the first version that is to serve, too", () => {
  assertEquals(of("available", "loading"), ["loading", ""]);
  assertEquals(of("refused", "loading"), ["unavailable", "too-slow: it takes long"]);
});
