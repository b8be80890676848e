import { assertEquals, assertThrows } from "@std/assert";
import { parseConfig } from "../../trainer/parse_config.ts";
import { tinyConfig } from "./tiny_dataset.ts";

const config = tinyConfig("parts");

Deno.test("parseConfig() reads what createRun() writes", () => {
  for (const encoder of [null, { file: "vit.safetensors", sha256: "0a" }]) {
    const written = { ...config, encoder };
    assertEquals(parseConfig(JSON.stringify(written), "config.json"), written);
  }
});

Deno.test("parseConfig() reads a run of before defects were transplanted", () => {
  const { transplantShare: _, ...older } = config;
  assertEquals(parseConfig(JSON.stringify(older), "config.json"), {
    ...config,
    transplantShare: 0,
  });
});

Deno.test("parseConfig() reads a run of before there was a loss as one that does without", () => {
  const { "defect-dice": _, ...losses } = config.losses;
  assertEquals(parseConfig(JSON.stringify({ ...config, losses }), "config.json"), {
    ...config,
    losses: { ...losses, "defect-dice": 0 },
  });
});

Deno.test("parseConfig() names the file and every field that is missing, wrong or unknown", () => {
  const { freezeAfter: _, ...older } = config;
  const cases: [unknown, string][] = [
    [older, "freezeAfter"],
    [{ ...config, backend: "cuda" }, "backend"],
    [{ ...config, defectShare: 2 }, "defectShare"],
    [{ ...config, stepz: 1 }, "stepz"],
    [{ ...config, losses: { ...config.losses, dice: -1 } }, "losses.dice"],
    [{ ...config, augment: { usual: ["flip"], products: {} } }, "augment.usual"],
    [{ ...config, encoderRate: 0 }, "encoderRate"],
    [{ ...config, encoder: { file: "vit.safetensors" } }, "encoder.sha256"],
    [{ ...config, encoder: { file: "v", sha256: "0", normalisation: "x" } }, "normalisation"],
  ];
  for (const [value, field] of cases) {
    const error = assertThrows(
      () => parseConfig(JSON.stringify(value), "a/config.json"),
      TypeError,
    );
    assertEquals(error.message.includes("a/config.json") && error.message.includes(field), true);
  }
});

Deno.test("parseConfig() refuses what is not JSON", () => {
  assertThrows(() => parseConfig("{", "config.json"), SyntaxError, "config.json");
});
