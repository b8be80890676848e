import { assertEquals } from "@std/assert";
import { createHistory } from "../../../runtime/registry/history.ts";

Deno.test("createHistory() keeps the last events of each model and says them in the log", () => {
  const lines: string[] = [];
  let now = 0;
  const history = createHistory({ limit: 2, log: (line) => lines.push(line), date: () => now++ });
  history.add({ model: "a", kind: "loaded", version: "1.0.0" });
  history.add({ model: "b", kind: "refused", version: "2.0.0", code: "too-slow", reason: "slow" });
  history.add({ model: "a", kind: "switched", version: "1.1.0", from: "1.0.0" });
  history.add({
    model: "a",
    kind: "rolled-back",
    version: "1.0.0",
    from: "1.1.0",
    reason: "errors",
  });
  assertEquals(history.list("a").map(({ kind, at }) => [kind, at]), [
    ["switched", "1970-01-01T00:00:00.002Z"],
    ["rolled-back", "1970-01-01T00:00:00.003Z"],
  ]);
  assertEquals(history.list().map(({ kind }) => kind), ["refused", "switched", "rolled-back"]);
  assertEquals(lines[3], "a 1.0.0: rolled back from 1.1.0 (errors)");
  assertEquals(history.list("c"), []);
});
