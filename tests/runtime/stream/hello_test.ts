import { assertEquals, assertThrows } from "@std/assert";
import { HelloError, parseHello } from "../../../runtime/stream/hello.ts";

const HELLO = { type: "hello", protocol: "lineside.v1", model: "unet-small" };

Deno.test("parseHello() fills in policy and want", () => {
  assertEquals(parseHello(JSON.stringify(HELLO)), { ...HELLO, policy: "latest", want: ["mask"] });
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
