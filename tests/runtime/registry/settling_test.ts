import { assertEquals } from "@std/assert";
import type { FolderSnapshot } from "../../../runtime/registry/folder_snapshot.ts";
import { createSettling } from "../../../runtime/registry/settling.ts";

/** "tiny/1.0.0" with the signature of its files, and what is wrong with them. */
function snapshot(versions: Record<string, [signature: string, problem?: string]>): FolderSnapshot {
  return new Map(
    Object.entries(versions).map(([version, [signature, problem]]) => [
      `tiny/${version}`,
      { name: "tiny", version, signature, problem },
    ]),
  );
}
const LIMITS = { settleMs: 1000, brokenMs: 30_000 };
const start = (versions: Parameters<typeof snapshot>[0] = {}) => {
  const settle = createSettling(snapshot(versions), 0, LIMITS);
  return (versions: Parameters<typeof snapshot>[0], nowMs: number) => {
    const { settled, broken, removed, unsettled } = settle(snapshot(versions), nowMs);
    const names = [settled, broken, removed].map((list) =>
      list.map(({ version }) => version).join()
    );
    return [...names, unsettled];
  };
};

Deno.test("createSettling() reports a whole package once, when it has not changed for a while", () => {
  const see = start();
  assertEquals(see({ "1.0.0": ["a"] }, 0), ["", "", "", true]);
  assertEquals(see({ "1.0.0": ["a"] }, 999), ["", "", "", true]);
  assertEquals(see({ "1.0.0": ["b"] }, 1000), ["", "", "", true]);
  assertEquals(see({ "1.0.0": ["b"] }, 1999), ["", "", "", true]);
  assertEquals(see({ "1.0.0": ["b"] }, 2000), ["1.0.0", "", "", false]);
  assertEquals(see({ "1.0.0": ["b"] }, 90_000), ["", "", "", false]);
});

Deno.test("createSettling() calls a half package broken only after a long rest", () => {
  const see = start();
  see({ "1.0.0": ["a", "card.json is missing"] }, 0);
  assertEquals(see({ "1.0.0": ["a", "card.json is missing"] }, 29_999), ["", "", "", true]);
  see({ "1.0.0": ["b", "fp32.onnx is missing"] }, 29_999);
  assertEquals(see({ "1.0.0": ["b", "fp32.onnx is missing"] }, 59_998), ["", "", "", true]);
  assertEquals(see({ "1.0.0": ["b", "fp32.onnx is missing"] }, 59_999), ["", "1.0.0", "", false]);
  assertEquals(see({ "1.0.0": ["c"] }, 60_000), ["", "", "", true]);
  assertEquals(see({ "1.0.0": ["c"] }, 61_000), ["1.0.0", "", "", false]);
});

Deno.test("createSettling() knows what is there at the start, unless it is half written", () => {
  const see = start({ "1.0.0": ["a"], "1.1.0": ["a", "card.json is missing"] });
  assertEquals(see({ "1.0.0": ["a"], "1.1.0": ["b"] }, 5000), ["", "", "", true]);
  assertEquals(see({ "1.0.0": ["b"], "1.1.0": ["b"] }, 6000), ["1.1.0", "", "", true]);
  assertEquals(see({ "1.0.0": ["b"], "1.1.0": ["b"] }, 7000), ["1.0.0", "", "", false]);
});

Deno.test("createSettling() tells of packages that are gone, and of one that comes again", () => {
  const see = start({ "1.0.0": ["a"] });
  assertEquals(see({}, 0), ["", "", "1.0.0", false]);
  assertEquals(see({ "1.0.0": ["a"] }, 10), ["", "", "", true]);
  assertEquals(see({ "1.0.0": ["a"] }, 1010), ["1.0.0", "", "", false]);
});
