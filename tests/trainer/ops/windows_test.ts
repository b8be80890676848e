import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { getNetwork } from "../../../trainer/networks/presets.ts";
import type { Network } from "../../../trainer/ops/ops.ts";
import { runTfjs } from "../../../trainer/ops/tfjs.ts";
import { rowsOfWindows } from "../../../trainer/ops/tfjs_windows.ts";
import { commonGrid, placeSize } from "../../../trainer/ops/windows.ts";
import { FLOAT32_LOSS } from "../../tolerances.ts";

const whole = { width: 64, height: 32 };

Deno.test("placeSize() is the side of a patch, and 1 for a network that is alike everywhere", () => {
  assertEquals(placeSize(getNetwork("dpt", "tiny"), whole), 16);
  assertEquals(placeSize(getNetwork("unet", "tiny"), whole), 1);
});

Deno.test("commonGrid() is what every place size divides", () => {
  assertEquals([commonGrid([]), commonGrid([1, 16]), commonGrid([16, 16]), commonGrid([14, 4])], [
    ...[1, 16, 16, 28],
  ]);
});

Deno.test("rowsOfWindows() lists the places of each window row by row, a readout's before them", async () => {
  await tf.setBackend("cpu");
  const size = { width: 32, height: 16 };
  const rowsOf = (places: number) =>
    tf.tidy(() => {
      const starts = tf.tensor2d([[32, 0], [0, 16]]);
      return rowsOfWindows([places, 3], { whole, starts }, size).arraySync();
    });
  assertEquals(rowsOf(8), [[2, 3], [4, 5]]);
  assertEquals(rowsOf(9), [[0, 3, 4], [0, 5, 6]]);
});

Deno.test("runTfjs() gives windows the positions of their own places, and those their gradient", async () => {
  await tf.setBackend("cpu");
  /** Every pixel is a token; its one channel plus its place's number is its logit. */
  const network: Network = (ops, image) => {
    const [, height = 0, width = 0] = ops.shape(image);
    const position = ops.param("position", "position", [height * width, 1]);
    const tokens = ops.addPosition(ops.toTokens(image), position, null);
    return { logits: ops.toImage(tokens, { height, width }), features: [] };
  };
  const position = tf.variable(tf.reshape(tf.range(0, 12), [12, 1])); // 3 rows of 4
  const variables = new Map([["position", position]]);
  const windows = { whole: { width: 4, height: 3 }, starts: tf.tensor2d([[0, 0], [2, 1]]) };
  const logits = () =>
    runTfjs(network, variables, tf.zeros([2, 2, 2, 1]) as tf.Tensor4D, "train", { windows }).logits;
  const values = await tf.tidy(logits).data<"float32">();
  [0, 1, 4, 5, 6, 7, 10, 11].forEach((place, at) =>
    assertAlmostEquals(values[at]!, place, FLOAT32_LOSS)
  );
  const slope = tf.tidy(() => tf.variableGrads(() => tf.sum(logits())).grads[position.name]!);
  assertEquals([...await slope.data()], [1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1]);
  tf.dispose([position, slope, windows.starts]);
});
