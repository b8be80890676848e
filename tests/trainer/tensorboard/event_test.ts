import { assertEquals, assertThrows } from "@std/assert";
import { encodeGrayPng } from "../../../models/encode.ts";
import { ImageError } from "../../../models/image_header.ts";
import {
  imageEvent,
  scalarEvent,
  startEvent,
  versionEvent,
} from "../../../trainer/tensorboard/event.ts";

// 1.5 s as a double in field 1, and step 3 in field 2, are what every event here begins with.
const moment = { timeMs: 1500, step: 3 };
const time = "09000000000000f83f";
const head = time + "1003";

Deno.test("versionEvent() names the version that readers look for", () => {
  assertEquals(versionEvent(1500).toHex(), time + "1a0d" + "627261696e2e4576656e743a32");
});

Deno.test("startEvent() is a session log with the status START", () => {
  assertEquals(startEvent(moment).toHex(), head + "3a02" + "0801");
});

Deno.test("scalarEvent() holds a tag and a float", () => {
  const value = "0a0174" + "150000803f"; // tag "t", simple_value 1
  assertEquals(scalarEvent(moment, "t", 1).toHex(), head + "2a0a" + "0a08" + value);
});

Deno.test("imageEvent() holds height, width and the file", async () => {
  const png = await encodeGrayPng({ width: 2, height: 1, data: new Uint8Array(2) });
  const event = imageEvent(moment, "t", png).toHex();
  const sizes = "0801" + "1002" + "1803"; // height 1, width 2, colour space RGB
  const file = "22" + png.length.toString(16) + png.toHex();
  assertEquals(event.slice(event.indexOf(sizes)), sizes + file);
});

Deno.test("imageEvent() refuses what is no PNG", () => {
  const jpeg = Uint8Array.fromHex("ffd8ffc0000b08000100010101110000");
  assertThrows(() => imageEvent(moment, "t", jpeg), TypeError, '"t": it is jpeg, must be png');
  assertThrows(() => imageEvent(moment, "t", Uint8Array.of(1, 2)), ImageError);
});
