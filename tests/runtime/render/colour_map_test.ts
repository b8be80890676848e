import { assert, assertEquals } from "@std/assert";
import { HEAT_COLOURS } from "../../../runtime/render/colour_map.ts";

/** Relative luminance of an sRGB colour (IEC 61966-2-1), 0..1. */
function luminance(entry: number): number {
  const [red, green, blue] = [0, 1, 2].map((channel) => {
    const value = HEAT_COLOURS[entry * 3 + channel]! / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

Deno.test("HEAT_COLOURS has 256 colours that get lighter with the score", () => {
  assertEquals(HEAT_COLOURS.length, 256 * 3);
  // Four entries apart: single steps are rounded to whole bytes.
  for (let entry = 4; entry < 256; entry++) assert(luminance(entry) > luminance(entry - 4));
  assert(luminance(0) < 0.02 && luminance(255) > 0.7);
});
