import { assertEquals } from "@std/assert";
import { createAccounting } from "../../../runtime/stream/accounting.ts";
import { createStreamTable, type OpenStream } from "../../../runtime/stream/streams.ts";

const stream = (name: string): OpenStream => ({
  name,
  model: { name: "m", version: "1.0.0" },
  ...{ policy: "latest", depth: 1, priority: "normal", deadlineMs: undefined },
  waiting: () => 0,
  counters: createAccounting().counters,
});

Deno.test("createStreamTable() finds streams by name and gives free names", () => {
  const table = createStreamTable();
  const taken = stream("stream-1");
  table.add(taken);
  assertEquals([table.freeName(), table.freeName()], ["stream-2", "stream-3"]);
  assertEquals([table.get("stream-1"), table.size, table.list()], [taken, 1, [taken]]);
});

Deno.test("createStreamTable() deletes a stream, not another one of its name", () => {
  const table = createStreamTable();
  const [old, next] = [stream("a"), stream("a")];
  table.add(next);
  table.delete(old);
  assertEquals(table.get("a"), next);
  table.delete(next);
  assertEquals(table.size, 0);
});
