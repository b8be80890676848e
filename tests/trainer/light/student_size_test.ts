import { assertEquals } from "@std/assert";
import { getNetwork } from "../../../trainer/networks/presets.ts";
import {
  inheritsFrom,
  searchedPresets,
  usualPreset,
  usualSteps,
} from "../../../trainer/light/student_size.ts";

const card = (name: string, preset: string) => ({
  network: { name, preset },
  input: { width: 64, height: 64 },
});

Deno.test("usualPreset() takes the first layers of a DPT of published form, else what begins at chance", () => {
  assertEquals(usualPreset(card("dpt", "tiny")), "p192-l4-f24");
  assertEquals(usualPreset(card("dpt", "base")), "p768-l4-f24");
  assertEquals(usualPreset(card("dpt", "light")), "light");
  assertEquals(usualPreset(card("dpt", "p64-l2-f8")), "light");
  assertEquals(usualPreset(card("unet", "tiny")), "light");
});

Deno.test("inheritsFrom() holds when the teacher has all of the student's encoder", () => {
  assertEquals(inheritsFrom(card("dpt", "tiny"), "p192-l12-f8"), true);
  assertEquals(inheritsFrom(card("dpt", "tiny"), "p192-l13-f8"), false);
  assertEquals(inheritsFrom(card("dpt", "tiny"), "p384-l3-f8"), false);
  assertEquals(inheritsFrom(card("dpt", "c64-l8-f8"), "c64-l4-f48"), true);
  assertEquals(inheritsFrom(card("unet", "tiny"), "light"), false);
});

Deno.test("searchedPresets() names sizes that there are, and those that inherit where one can", () => {
  const ofTiny = searchedPresets(card("dpt", "tiny"));
  assertEquals(ofTiny.filter((preset) => inheritsFrom(card("dpt", "tiny"), preset)).length, 4);
  assertEquals(ofTiny.includes("c64-l4-f48"), true);
  for (const preset of [...ofTiny, ...searchedPresets(card("unet", "tiny"))]) {
    getNetwork("dpt", preset);
  }
  assertEquals(searchedPresets(card("unet", "tiny")).some((preset) => preset[0] === "p"), false);
});

Deno.test("usualSteps() is one number for all sizes of a search, that of those that inherit where one does", () => {
  const tiny = card("dpt", "tiny");
  assertEquals(usualSteps(tiny, ["p192-l4-f24"]), 2000);
  assertEquals(usualSteps(tiny, searchedPresets(tiny)), 2000);
  assertEquals(usualSteps(tiny, ["c64-l4-f48"]), undefined);
  const unet = card("unet", "tiny");
  assertEquals(usualSteps(unet, searchedPresets(unet)), undefined);
});
