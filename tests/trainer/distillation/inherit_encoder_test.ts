import { assertEquals, assertThrows } from "@std/assert";
import { inheritEncoder, misfitOf } from "../../../trainer/distillation/inherit_encoder.ts";
import { getNetwork } from "../../../trainer/networks/presets.ts";
import { plan, type WeightSpec } from "../../../trainer/ops/plan.ts";

const size = { height: 64, width: 64 };
const weightsOf = (preset: string) => plan(getNetwork("dpt", preset), size).weights;

/** Every number of a weight is its own place in it. */
function counted(weights: readonly WeightSpec[]) {
  return new Map(weights.map(({ path, shape }) => {
    const count = shape.reduce((product, extent) => product * extent, 1);
    return [path, { shape, data: Float32Array.from({ length: count }, (_, at) => at) }];
  }));
}

Deno.test("inheritEncoder() takes the embedding and the first layers, whole", () => {
  const teacher = counted(weightsOf("p64-l3-f8"));
  const student = weightsOf("p64-l2-f4");
  const inherited = inheritEncoder(student, teacher);
  const paths = student.map(({ path }) => path).filter((path) => path.startsWith("encoder/"));
  assertEquals([...inherited.keys()], paths);
  for (const [path, weight] of inherited) assertEquals(weight, teacher.get(path), path);
});

Deno.test("misfitOf() names what the teacher has not, or has in another shape", () => {
  const student = weightsOf("p192-l4-f24");
  const teacher = counted(weightsOf("tiny"));
  assertEquals(misfitOf(student, teacher), undefined);
  const position = { shape: [18, 192], data: new Float32Array(18 * 192) };
  const larger = new Map(teacher).set("encoder/embed/position", position);
  assertThrows(
    () => inheritEncoder(student, larger),
    RangeError,
    'the network has "encoder/embed/position" of 17×192, the teacher has it of 18×192',
  );
  const stem = counted(weightsOf("c64-l4-f8"));
  assertThrows(() => inheritEncoder(student, stem), RangeError, '"encoder/embed/kernel"');
});
