import { assertEquals, assertThrows } from "@std/assert";
import { convBias, convBnRelu, upConv2x } from "../../../trainer/networks/blocks.ts";
import type { Network } from "../../../trainer/ops/ops.ts";
import { plan } from "../../../trainer/ops/plan.ts";

/** Halves the image with a batch norm, and brings it back. */
const network: Network = (ops, image) => {
  const small = ops.scope("down", () => convBnRelu(ops, image, { filters: 4, stride: 2 }));
  const large = ops.scope("up", () => upConv2x(ops, small, 2));
  return {
    logits: ops.scope("head", () => convBias(ops, large, { filters: 1, kernel: 1 })),
    features: [small],
  };
};

const planned = plan(network, { height: 6, width: 8 });

Deno.test("plan() lists the weights in the order of the network, with path, role and shape", () => {
  assertEquals(planned.weights.map(({ path, role, shape }) => [path, role, shape]), [
    ["down/kernel", "kernel", [3, 3, 3, 4]],
    ["down/norm/scale", "scale", [4]],
    ["down/norm/offset", "offset", [4]],
    ["down/norm/mean", "mean", [4]],
    ["down/norm/variance", "variance", [4]],
    ["up/kernel", "transposedKernel", [2, 2, 2, 4]],
    ["up/bias", "bias", [2]],
    ["head/kernel", "kernel", [1, 1, 2, 1]],
    ["head/bias", "bias", [1]],
  ]);
});

Deno.test("plan() counts what training changes, running statistics not", () => {
  assertEquals(planned.parameters, 3 * 3 * 3 * 4 + 2 * 4 + 2 * 2 * 2 * 4 + 2 + 2 + 1);
});

Deno.test("plan() counts multiply-adds as by hand", () => {
  const down = 3 * 4 * (3 * 3 * 3 * 4); // per output pixel
  const up = 3 * 4 * (2 * 2 * 2 * 4); // per input pixel
  const head = 6 * 8 * 2;
  assertEquals(planned.multiplyAdds, down + up + head);
});

Deno.test("plan() gives the shapes of logits and features", () => {
  assertEquals(planned.logits, [1, 6, 8, 1]);
  assertEquals(planned.features, [[1, 3, 4, 4]]);
});

Deno.test("plan() takes a weight's own start before that of its role", () => {
  const { weights } = plan((ops, image) => {
    ops.param("a", "bias", [2], { kind: "constant", value: -4 });
    ops.param("b", "bias", [2]);
    return { logits: image, features: [] };
  }, { height: 1, width: 1 });
  assertEquals(weights.map(({ init }) => init), [
    { kind: "constant", value: -4 },
    { kind: "constant", value: 0 },
  ]);
});

/** A network that only declares weights. */
const declaring =
  (...weights: [name: string, role: "kernel" | "bias", shape: number[]][]): Network =>
  (ops, image) => {
    ops.scope("block", () => {
      for (const weight of weights) ops.param(...weight);
    });
    return { logits: image, features: [] };
  };

Deno.test("plan() refuses two weights of one name and a rank that its role does not have", () => {
  const size = { height: 1, width: 1 };
  assertThrows(
    () => plan(declaring(["bias", "bias", [2]], ["bias", "bias", [2]]), size),
    RangeError,
    'Cannot name two weights "block/bias"',
  );
  assertThrows(
    () => plan(declaring(["kernel", "kernel", [3, 4]]), size),
    RangeError,
    'Weight "block/kernel" is a kernel: rank must be 4, shape is [3,4]',
  );
});
