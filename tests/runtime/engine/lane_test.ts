import { join } from "@std/path";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { findCuda } from "../../../runtime/engine/cuda.ts";
import { type LaneOptions, openLane } from "../../../runtime/engine/lane.ts";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { tinyPackage } from "../../helpers/tiny_model.ts";

Deno.test("openLane() with auto takes a provider that passes and says why", async () => {
  await using tiny = await tinyPackage();
  const lines: string[] = [];
  await using lane = await openLane({
    packageDir: tiny.dir,
    provider: "auto",
    log: (line) => lines.push(line),
  });
  const log = lines.join("\n");
  assertEquals(log.match(/chosen/g)?.length, 1);
  assert(log.includes(`Opened tiny 1.0.0 fp32 on ${lane.provider}`));
  const cuda = await findCuda();
  if (!cuda.usable) assert(log.includes(`cuda      fp32             –  ${cuda.description}`));
  const adapter = await navigator.gpu?.requestAdapter();
  if (adapter?.info.isFallbackAdapter) {
    assert(lane.provider !== "webgpu" && log.includes("software GPU"));
  }
});

Deno.test("openLane() with auto lists every reason when nothing passes", async () => {
  await using tiny = await tinyPackage({ goldenShift: 0.5 });
  const error = await assertRejects(
    () => openLane({ packageDir: tiny.dir, provider: "auto", log: () => {} }),
    ProviderError,
    "no provider can run it",
  );
  assertEquals(error.message.match(/max\|Δ\|/g)?.length, 2);
});

Deno.test("openLane() on a named provider takes the card's choice, and what is asked for before that", async () => {
  await using tiny = await tinyPackage();
  const file = join(tiny.dir, "card.json");
  const card = JSON.parse(await Deno.readTextFile(file));
  await Deno.copyFile(join(tiny.dir, "fp32.onnx"), join(tiny.dir, "int8.onnx"));
  card.variants.int8 = { ...card.variants.fp32, file: "int8.onnx", dtype: "int8" };
  card.choice = { cpu: "int8" };
  await Deno.writeTextFile(file, JSON.stringify(card));

  const variantOf = async (options: Pick<LaneOptions, "provider" | "variant">) => {
    await using lane = await openLane({ packageDir: tiny.dir, log: () => {}, ...options });
    return lane.variant;
  };
  assertEquals(await variantOf({ provider: "cpu" }), "int8");
  assertEquals(await variantOf({ provider: "wasm" }), "fp32");
  assertEquals(await variantOf({ provider: "cpu", variant: "fp32" }), "fp32");
});

Deno.test("openLane() says what decodes", async () => {
  await using tiny = await tinyPackage();
  for (const decoder of ["imagescript", "auto"] as const) {
    const lines: string[] = [];
    const options = { packageDir: tiny.dir, provider: "cpu", decoder } as const;
    await using _lane = await openLane({ ...options, log: (line) => lines.push(line) });
    assertMatch(lines.join(), decoder === "auto" ? /decoder \w+/ : /decoder imagescript/);
  }
});
