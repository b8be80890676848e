import { assertEquals } from "@std/assert";
import { describeStart, type StartChoice } from "../../../runtime/server/describe_start.ts";

const END = "roll-backs and levels of an earlier process do not hold";
const CHOICE: StartChoice = {
  ...{ name: "bolt", version: "1.1.0", versions: ["1.0.0", "1.1.0"], named: false },
};

Deno.test("describeStart() says which version serves, and why that one", () => {
  const cases: [Partial<StartChoice>, string][] = [
    [{}, "1.1.0 serves, the newest; also there: 1.0.0"],
    [{ version: "1.0.0" }, "1.0.0 serves, the newest that is not refused; also there: 1.1.0"],
    [{ named: true }, "1.1.0 serves, as named; also there: 1.0.0"],
    [{ versions: ["1.1.0"] }, "1.1.0 serves, the newest; no other is there"],
  ];
  for (const [change, said] of cases) {
    assertEquals(describeStart({ ...CHOICE, ...change }), `bolt: ${said}; ${END}`);
  }
});

Deno.test("describeStart() names the newest others of many", () => {
  const versions = Array.from({ length: 12 }, (_, at) => `1.${at}.0`);
  const others = "1.10.0, 1.9.0, 1.8.0, 1.7.0, 1.6.0, 1.5.0, 1.4.0, 1.3.0, 3 more";
  const said = describeStart({ ...CHOICE, version: "1.11.0", versions });
  assertEquals(said, `bolt: 1.11.0 serves, the newest; also there: ${others}; ${END}`);
});
