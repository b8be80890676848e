import { assertEquals, assertStringIncludes } from "@std/assert";
import { chooseVariants, formatLightReport, type LightRow } from "../../../trainer/light/report.ts";

const row = (
  variant: LightRow["variant"],
  bytes: number,
  medianMs: LightRow["medianMs"],
): LightRow => ({ name: "light", variant, bytes, iouImage: 0.91, iouDefect: 0.625, medianMs });
const variants = [
  row("fp32", 6e6, { cpu: 12, wasm: 30 }),
  row("fp16", 3e6, {}),
  row("int8", 1.5e6, { cpu: 5, wasm: 40 }),
];

Deno.test("chooseVariants() takes the fastest on each provider, and half floats on WebGPU", () => {
  assertEquals(chooseVariants(variants), { cpu: "int8", wasm: "fp32", webgpu: "fp16" });
  assertEquals(chooseVariants([row("fp32", 6e6, { cpu: 12 })]), { cpu: "fp32" });
  const onGpu = [row("fp32", 6e6, { webgpu: 3 }), row("fp16", 3e6, { webgpu: 4 })];
  assertEquals(chooseVariants(onGpu), { webgpu: "fp32" });
});

Deno.test("formatLightReport() has a column of WebGPU where it was measured", () => {
  const [teacher, half] = [row("fp32", 28e6, { webgpu: 8 }), row("fp16", 3e6, { webgpu: 2 })];
  const table = formatLightReport({ threads: 2, runs: 100, teacher, variants: [half] });
  assertStringIncludes(table, "webgpu ms");
  assertStringIncludes(table, "0.250");
});

Deno.test("formatLightReport() sets every graph beside the teacher", () => {
  const teacher = { ...row("fp32", 28e6, { cpu: 50, wasm: 200 }), name: "big" };
  const table = formatLightReport({ threads: 2, runs: 100, teacher, variants });
  assertStringIncludes(table, "median time of 100 runs in turns, batch 1, 2 threads");
  const cells = table.split("\n").filter((line) => line.startsWith("|")).map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim())
  );
  assertEquals(cells.slice(2), [
    ["big fp32", "28.00", "0.9100", "0.6250", "50.0", "1.000", "200.0", "1.000"],
    ["light fp32", "6.00", "0.9100", "0.6250", "12.0", "0.240", "30.0", "0.150"],
    ["light fp16", "3.00", "0.9100", "0.6250", "–", "–", "–", "–"],
    ["light int8", "1.50", "0.9100", "0.6250", "5.0", "0.100", "40.0", "0.200"],
  ]);
});
