import { assert, assertEquals, assertThrows } from "@std/assert";
import { compareVersions, SEMVER } from "../../models/semver.ts";

Deno.test("compareVersions() keeps the order that semver.org gives in item 11", () => {
  const ordered = [
    "0.9.0",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.9.0",
    "1.10.0",
    "2.0.0",
  ];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries()) {
      assertEquals(Math.sign(compareVersions(a, b)), Math.sign(i - j), `${a} against ${b}`);
    }
  }
});

Deno.test("compareVersions() ignores build metadata", () => {
  assertEquals(compareVersions("1.0.0+a", "1.0.0+b"), 0);
});

Deno.test("compareVersions() refuses what is no version", () => {
  assertThrows(() => compareVersions("1.0.0", "1.0"), SyntaxError, '"1.0": must be like 1.2.3');
});

Deno.test("SEMVER tells versions from other words", () => {
  for (const version of ["0.0.0", "1.2.3-a.1+b.2", "1.0.0--x"]) {
    assert(SEMVER.test(version), version);
  }
  const wrong = ["", "1", "1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3/..", "1.2.3\n"];
  for (const word of wrong) assert(!SEMVER.test(word), word);
});
