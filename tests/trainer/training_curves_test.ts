import { assertEquals, assertThrows } from "@std/assert";
import { parseTrainingLog } from "../../trainer/training_curves.ts";

Deno.test("parseTrainingLog() makes curves of a log, without a line that was cut", () => {
  const text = [
    '{"kind":"step","step":1,"loss":2,"stepMs":3}',
    '{"kind":"evaluation","step":1,"iouImage":0.5,"iouDefect":null,"threshold":0.5}',
    '{"kind":"evaluation","step":2,"iouImage":0.75,"iouDefect":0.25,"threshold":0.5}',
    '{"kind":"st',
  ].join("\n");
  assertEquals(parseTrainingLog(text), {
    loss: [{ x: 1, y: 2 }],
    iouImage: [{ x: 1, y: 0.5 }, { x: 2, y: 0.75 }],
    iouDefect: [{ x: 2, y: 0.25 }],
  });
  assertThrows(() => parseTrainingLog("{}\n"), SyntaxError, "line 1");
});
