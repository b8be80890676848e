import { assert, assertEquals } from "@std/assert";
import { CLOSE_CODES, closeName, closeReason } from "../../../runtime/stream/close_codes.ts";

Deno.test("CLOSE_CODES are different and closeName() finds each", () => {
  const entries = Object.entries(CLOSE_CODES);
  assertEquals(new Set(Object.values(CLOSE_CODES)).size, entries.length);
  for (const [name, code] of entries) {
    assertEquals(closeName(code), name as keyof typeof CLOSE_CODES);
  }
  assertEquals(closeName(1006), undefined);
});

Deno.test("closeReason() fits a close frame without cutting a character", () => {
  assertEquals(closeReason("short"), "short");
  for (let pad = 0; pad < 4; pad++) {
    const reason = closeReason("x".repeat(pad) + "ß€".repeat(60));
    assert(new TextEncoder().encode(reason).length <= 123);
    assert(!reason.includes("\uFFFD") && reason.endsWith("…"));
  }
});
