import { assertEquals, assertThrows } from "@std/assert";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { postprocess } from "../../../runtime/postprocess/postprocess.ts";
import { drawnMask } from "../../helpers/masks.ts";

const map = {
  width: 5,
  height: 3,
  data: Float32Array.of(
    ...[0.5, 0.5, 0, 0, 0.875],
    ...[0, 0.25, 0, 0, 0],
    ...[0, 0, 0.75, 0.5, 0],
  ),
};
const frame = { width: 5, height: 3 };

Deno.test("postprocess() removes small components from mask and regions, not from the score", () => {
  const finding = postprocess(map, { threshold: 0.5, minRegionPixels: 2, frame });
  assertEquals(finding.mask, drawnMask("##...", ".....", "..##."));
  assertEquals(finding.regions.map(({ x, y, area, score }) => [x, y, area, score]), [
    [0, 0, 2, 0.5],
    [2, 2, 2, 0.75],
  ]);
  assertEquals([finding.verdict, finding.score], ["defect", 0.875]);
});

Deno.test("postprocess() counts a score equal to the threshold as defect", () => {
  const finding = postprocess(map, { threshold: 0.875, minRegionPixels: 1, frame });
  assertEquals(finding.mask, drawnMask("....#", ".....", "....."));
});

Deno.test("postprocess() judges no map with a score that is no finite number", () => {
  for (const none of [NaN, Infinity, -Infinity]) {
    const spoilt = { ...map, data: map.data.with(7, none) };
    assertThrows(
      () => postprocess(spoilt, { threshold: 0.5, minRegionPixels: 1, frame }),
      ProviderError,
      "Cannot judge the network's map",
    );
  }
});

Deno.test("postprocess() says ok when only small components are left", () => {
  const finding = postprocess(map, { threshold: 0.8, minRegionPixels: 2, frame });
  assertEquals(finding.mask, drawnMask(".....", ".....", "....."));
  assertEquals([finding.verdict, finding.regions.length, finding.score], ["ok", 0, 0.875]);
});
