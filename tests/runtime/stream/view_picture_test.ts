import { assert, assertEquals } from "@std/assert";
import {
  MAX_VIEW_BYTES,
  MAX_VIEW_SIDE,
  viewPicture,
} from "../../../runtime/stream/view_picture.ts";

const BASE = { sequence: 0, capturedMs: 0 };

Deno.test("viewPicture() copies a small raw frame", () => {
  const bytes = Uint8Array.from([1, 2, 3, 4, 5, 6]);
  const picture = viewPicture({ ...BASE, format: "rgb8", width: 2, height: 1, bytes });
  assertEquals(picture, { format: "rgb8", width: 2, height: 1, bytes });
  assert(picture!.bytes.buffer !== bytes.buffer);
});

Deno.test("viewPicture() takes every n-th pixel of a large raw frame", () => {
  const [width, height] = [MAX_VIEW_SIDE * 2 + 1, 4];
  const bytes = Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.floor(i / 3) % 251);
  const picture = viewPicture({ ...BASE, format: "rgb8", width, height, bytes })!;
  assertEquals([picture.width, picture.height], [Math.ceil(width / 3), 2]);
  assertEquals(picture.bytes.length, picture.width * picture.height * 3);
  assertEquals([...picture.bytes.subarray(0, 9)], [0, 0, 0, 3, 3, 3, 6, 6, 6]);
  assertEquals(picture.bytes[picture.width * 3], (3 * width) % 251);
});

Deno.test("viewPicture() passes an encoded frame on, unless it is too large", () => {
  const size = { width: 0, height: 0 };
  const small = {
    ...BASE,
    format: "encoded",
    ...size,
    bytes: Uint8Array.from([255, 216]),
  } as const;
  assertEquals(viewPicture(small), { format: "encoded", ...size, bytes: small.bytes });
  assertEquals(viewPicture({ ...small, bytes: new Uint8Array(MAX_VIEW_BYTES + 1) }), undefined);
});
