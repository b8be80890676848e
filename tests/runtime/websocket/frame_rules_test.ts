import { assertEquals } from "@std/assert";
import type { FrameHead } from "../../../runtime/websocket/frame_heads.ts";
import { createFrameRules } from "../../../runtime/websocket/frame_rules.ts";

const judge = (...heads: Partial<FrameHead>[]) => heads.map(createFrameRulesWith(1000)).at(-1);
const createFrameRulesWith = (maxMessageBytes: number) => {
  const rules = createFrameRules(maxMessageBytes);
  return ({ length = 10, ...head }: Partial<FrameHead>) => {
    const lengthBytes = length < 126 ? 1 : length < 65536 ? 2 : 8;
    const [inOrder, size] = [{ fin: true, reserved: 0, opcode: 2, masked: true, key: 1 }, {
      length,
      lengthBytes,
    }];
    return rules({ ...inOrder, ...size, ...head });
  };
};

Deno.test("createFrameRules() takes messages, whole and in parts, with control frames between", () => {
  for (const opcode of [1, 2, 8, 9, 10]) assertEquals(judge({ opcode }), undefined);
  assertEquals(judge({ fin: false }, { opcode: 9 }, { opcode: 0 }, {}), undefined);
});

Deno.test("createFrameRules() refuses what RFC 6455 does not allow", () => {
  assertEquals(judge({ masked: false }), 1002);
  for (const reserved of [1, 2, 4]) assertEquals(judge({ reserved }), 1002);
  for (const opcode of [3, 7, 11, 15]) assertEquals(judge({ opcode }), 1002);
  assertEquals(judge({ opcode: 9, length: 126 }), 1002);
  assertEquals(judge({ opcode: 9, fin: false }), 1002);
  assertEquals(judge({ opcode: 0 }), 1002);
  assertEquals(judge({ fin: false }, {}), 1002);
});

Deno.test("createFrameRules() takes a length in the fewest bytes, and below 2⁶³", () => {
  const judged = (length: number, lengthBytes: number) =>
    createFrameRulesWith(Infinity)({ length, lengthBytes });
  const right: [number, number][] = [[0, 1], [125, 1], [126, 2], [65535, 2], [65536, 8]];
  for (const [length, bytes] of right) assertEquals(judged(length, bytes), undefined);
  const wrong: [number, number][] = [[125, 2], [125, 8], [65535, 8], [2 ** 63, 8], [2 ** 64, 8]];
  for (const [length, bytes] of wrong) assertEquals(judged(length, bytes), 1002, `${length}`);
});

Deno.test("createFrameRules() bounds a message by all of its parts", () => {
  assertEquals(judge({ length: 1000 }), undefined);
  assertEquals(judge({ length: 1001 }), 1009);
  const [first, next] = [{ fin: false, length: 600 }, { opcode: 0, length: 401 }];
  assertEquals(judge(first, next), 1009);
  assertEquals(judge(first, { ...next, length: 400 }, { length: 1000 }), undefined);
});
