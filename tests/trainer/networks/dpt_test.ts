import { assertEquals, assertThrows } from "@std/assert";
import { dpt, type DptPreset } from "../../../trainer/networks/dpt.ts";
import { toGraph } from "../../../trainer/ops/onnx.ts";
import { fillWeights } from "../../../trainer/ops/onnx_emitter.ts";
import { plan } from "../../../trainer/ops/plan.ts";
import { smallDpt } from "./small_dpt.ts";

const size = { height: 64, width: 96 };
const paths = (changes: Partial<DptPreset>) =>
  plan(dpt({ ...smallDpt, ...changes }), size).weights.map(({ path }) => path);

Deno.test("dpt() gives back the taps as tokens, and the fused maps at strides 16 to 2", () => {
  assertEquals(plan(dpt(smallDpt), size).features, [
    ...Array.from({ length: 4 }, () => [1, 4 * 6 + 1, 16]),
    [1, 4, 6, 8],
    [1, 8, 12, 8],
    [1, 16, 24, 8],
    [1, 32, 48, 8],
  ]);
});

Deno.test("dpt() reassembles at strides 4, 8, 16 and 32, with an eighth to all of the channels", () => {
  const weights = new Map(
    plan(dpt(smallDpt), size).weights.map(({ path, shape }) => [path, shape]),
  );
  const resample = [1, 2, 3, 4].map((i) => weights.get(`reassemble.${i}/resample/kernel`));
  assertEquals(resample, [[4, 4, 2, 2], [2, 2, 4, 4], undefined, [3, 3, 16, 16]]);
  const project = [1, 2, 3, 4].map((i) => weights.get(`reassemble.${i}/project/kernel`));
  assertEquals(project, [2, 4, 8, 16].map((filters) => [1, 1, 16, filters]));
});

Deno.test("dpt() reads the readout token as it is told", () => {
  const read = (how: DptPreset["read"]) =>
    paths({ read: how }).filter((path) => path.startsWith("reassemble.1/read/"));
  assertEquals(
    read("project"),
    ["patches/matrix", "patches/bias", "readout/matrix"].map((path) => `reassemble.1/read/${path}`),
  );
  assertEquals([read("add"), read("ignore")], [[], []]);
  const addsOf = (how: DptPreset["read"]) => opsOf({ read: how }, "reassemble.1/read/");
  assertEquals(addsOf("add"), ["Slice", "Slice", "Add"]);
  assertEquals(addsOf("ignore"), ["Slice"]);
});

Deno.test("dpt() norms its taps only when told to", () => {
  const norms = (tapNorm: boolean) =>
    paths({ tapNorm }).filter((path) => /^reassemble\.\d\/norm\/scale$/.test(path)).length;
  assertEquals([norms(true), norms(false)], [4, 0]);
});

Deno.test("dpt() has one residual unit where nothing comes from below, two elsewhere", () => {
  const units = [1, 2, 3, 4].map((i) =>
    paths({}).filter((path) => path.startsWith(`fusion.${i}/unit`) && path.endsWith("conv1/kernel"))
      .length
  );
  assertEquals(units, [2, 2, 2, 1]);
});

Deno.test("dpt() makes patches through a stem of strided convolutions where it has one", () => {
  const stem = [4, 6, 8];
  const encoder = { ...smallDpt.encoder, patch: 16, stem };
  const { weights, features } = plan(dpt({ ...smallDpt, encoder }), size);
  const kernels = weights.filter(({ path }) => path.startsWith("encoder/embed/"))
    .filter(({ role }) => role === "kernel").map(({ shape }) => shape);
  assertEquals(kernels, [[3, 3, 3, 4], [3, 3, 4, 6], [3, 3, 6, 8], [3, 3, 8, 16]]);
  assertEquals(features, plan(dpt(smallDpt), size).features);
});

Deno.test("dpt() refuses a size that is no multiple of two patches", () => {
  for (const wrong of [{ height: 48, width: 64 }, { height: 64, width: 72 }]) {
    assertThrows(
      () => plan(dpt(smallDpt), wrong),
      RangeError,
      `DPT takes images whose height and width are multiples of 32, is given ${wrong.height}×${wrong.width}`,
    );
  }
});

/** ONNX operations of the nodes below a path. */
function opsOf(changes: Partial<DptPreset>, path: string): string[] {
  const network = dpt({ ...smallDpt, ...changes });
  const weights = fillWeights(plan(network, size).weights, 0);
  return toGraph(network, weights, size).nodes
    .filter(({ name }) => name.startsWith(path)).map(({ op }) => op);
}
