// On a binding that computes nothing; that TensorFlow does what is written down is tested where graphs run.

import { assertEquals, assertThrows } from "@std/assert";
import type { NativeBinding } from "../../../trainer/backend/native.ts";
import { createRecorder, RecordingError } from "../../../trainer/compile/recorder.ts";

const [FLOAT, INT, TYPE] = [1, 10, 11];

/** Gives every tensor the next number, from 100 on. */
function fakeBinding(): NativeBinding {
  let last = 99;
  const fake: Partial<NativeBinding> = {
    ...{ TF_FLOAT: FLOAT, TF_ATTR_INT: INT, TF_ATTR_TYPE: TYPE },
    createTensor: () => ++last,
    executeOp: (_op, _attributes, _inputs, outputs) =>
      Array.from({ length: outputs }, () => ({ id: ++last, shape: [1], dtype: FLOAT })),
  };
  return fake as NativeBinding;
}

const x = { id: 1, shape: [1], dtype: FLOAT };
const anything = () => true;

Deno.test("a recorder writes down what its binding is asked, by the names of what was given and made", () => {
  const { binding, nodes, inputs, valueOf } = createRecorder(fakeBinding(), [x], anything);
  const type = { name: "T", type: TYPE, value: FLOAT };
  const two = binding.createTensor([1], FLOAT, Float32Array.of(2));
  const [sum] = binding.executeOp("Add", [type], [x.id, two], 1);
  const axis = { name: "axis", type: INT, value: -1 };
  const [, second] = binding.executeOp("Unpack", [type, axis], [sum!.id], 2);
  assertEquals(nodes.map(({ name, op, inputs }) => [name, op, ...inputs]), [
    ["n0", "Placeholder"],
    ["n1", "Const"],
    ["n2", "Add", "n0:0", "n1:0"],
    ["n3", "Unpack", "n2:0"],
  ]);
  assertEquals(Object.keys(nodes[3]!.attributes), ["T", "axis"]);
  assertEquals([inputs, valueOf(second!.id)], [["n0:0"], "n3:1"]);
});

Deno.test("a recorder refuses what it does not know, before anything is computed", () => {
  const real = fakeBinding();
  let computed = 0;
  const { binding } = createRecorder(
    { ...real, executeOp: (...args) => (computed++, real.executeOp(...args)) },
    [x],
    () => false,
  );
  const refused = (act: () => unknown, message: string) =>
    assertThrows(act, RecordingError, message);
  refused(
    () => binding.executeOp("Neg", [], [7], 1),
    "input 0 of Neg: it is neither given nor made",
  );
  refused(
    () => binding.executeOp("Neg", [{ name: "shape", type: 99, value: 1 }], [x.id], 1),
    'Attribute "shape" is of a kind that is not known: 99',
  );
  refused(() => binding.createTensor([1], FLOAT, Float32Array.of(1)), "[1] that was there before");
  refused(() => binding.tensorDataSync(x.id), "are read");
  refused(() => createRecorder(real, [x, x], anything), "[1] is given twice");
  assertEquals(computed, 0);
});
