import { assertEquals, assertThrows } from "@std/assert";
import { HelloError, parseHello } from "../../../runtime/stream/hello.ts";

const HELLO = { type: "hello", protocol: "lineside.v1", model: "unet-small" };

const DEFAULTS = { policy: "latest", depth: 1, priority: "normal", want: ["mask"] };

Deno.test("parseHello() fills in what is left out", () => {
  assertEquals(parseHello(JSON.stringify(HELLO)), { ...HELLO, ...DEFAULTS } as never);
  const queue = { ...HELLO, policy: "queue", deadlineMs: 40, priority: "high" };
  assertEquals(parseHello(JSON.stringify(queue)), { ...DEFAULTS, ...queue, depth: 8 } as never);
  assertEquals(parseHello(JSON.stringify({ ...queue, depth: 3 })).depth, 3);
});

const REFUSED: [string, unknown, string, string][] = [
  ["bytes", new ArrayBuffer(2), "badHello", "got bytes"],
  ["text that is not JSON", "{", "badHello", "hello is not JSON"],
  ["more text than a hello can need", " ".repeat(4097), "badHello", "the limit is 4096"],
  ["a list", "[]", "badHello", "hello: "],
  ["another type", { ...HELLO, type: "hi" }, "badHello", "hello.type: "],
  ["no model", { ...HELLO, model: undefined }, "badHello", "hello.model: "],
  ["an unknown field", { ...HELLO, colour: 1 }, "badHello", "colour"],
  ["an unknown policy", { ...HELLO, policy: "all" }, "badHello", "hello.policy: "],
  ["a depth without a queue", { ...HELLO, depth: 3 }, "badHello", "hello.depth: "],
  [
    "an endless queue",
    { ...HELLO, policy: "queue", depth: 65 },
    "badHello",
    "hello.depth: ",
  ],
  ["a deadline of nothing", { ...HELLO, deadlineMs: 0 }, "badHello", "hello.deadlineMs: "],
  ["an unknown priority", { ...HELLO, priority: "vip" }, "badHello", "hello.priority: "],
  ["an unknown wish", { ...HELLO, want: ["mask", "x"] }, "badHello", "hello.want.1: "],
  ["a stream name with a slash", { ...HELLO, stream: "a/b" }, "badHello", "hello.stream: "],
  ["another protocol", { ...HELLO, protocol: "x" }, "wrongSubprotocol", `must be "lineside.v1"`],
];

for (const [name, hello, close, message] of REFUSED) {
  Deno.test(`parseHello() refuses ${name}`, () => {
    const text = typeof hello === "string" || hello instanceof ArrayBuffer
      ? hello
      : JSON.stringify(hello);
    const error = assertThrows(() => parseHello(text), HelloError, message) as HelloError;
    assertEquals(error.close, close);
  });
}
