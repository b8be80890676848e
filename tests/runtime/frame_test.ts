import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { type Frame, FrameError, type FrameErrorCode, parseFrame } from "../../runtime/frame.ts";

const limits = { maxBytes: 1000, maxPixels: 200 };

function refused(frame: Frame): FrameErrorCode {
  return assertThrows(() => parseFrame(frame, limits), FrameError).code;
}

Deno.test("parseFrame() takes raw frames whose bytes fit their size", () => {
  for (const [format, channels] of [["rgb8", 3], ["rgba8", 4], ["gray8", 1]] as const) {
    const frame = { format, width: 5, height: 2, bytes: new Uint8Array(10 * channels) };
    assertStrictEquals(parseFrame(frame, limits), frame);
  }
});

Deno.test("parseFrame() takes encoded frames without a size", () => {
  const frame: Frame = { format: "encoded", bytes: new Uint8Array(3) };
  assertStrictEquals(parseFrame(frame, limits), frame);
});

Deno.test("parseFrame() refuses with the code of what is wrong", () => {
  const bytes = (count: number) => new Uint8Array(count);
  const rgb = { format: "rgb8", width: 5, height: 2 } as const;
  assertEquals(refused({ ...rgb, bytes: bytes(0) }), "empty");
  assertEquals(refused({ format: "encoded", bytes: bytes(0) }), "empty");
  assertEquals(refused({ ...rgb, bytes: bytes(29) }), "size-mismatch");
  assertEquals(refused({ ...rgb, bytes: bytes(31) }), "size-mismatch");
  assertEquals(refused({ format: "rgb8", bytes: bytes(30) }), "size-missing");
  assertEquals(refused({ ...rgb, width: 2.5, bytes: bytes(30) }), "size-missing");
  assertEquals(refused({ ...rgb, width: -5, height: -2, bytes: bytes(30) }), "size-missing");
  assertEquals(refused({ format: "encoded", bytes: bytes(1001) }), "too-large");
  assertEquals(refused({ format: "gray8", width: 201, height: 1, bytes: bytes(201) }), "too-large");
  assertEquals(
    refused({ ...rgb, format: "bgr8" as "rgb8", bytes: bytes(30) }),
    "unsupported-format",
  );
});

Deno.test("parseFrame() says what it got and what would be right", () => {
  assertThrows(
    () => parseFrame({ format: "gray8", width: 4, height: 4, bytes: new Uint8Array(15) }),
    FrameError,
    "4×4 needs 16 bytes, got 15",
  );
});
