import { assertEquals } from "@std/assert";
import type { Role } from "../../../trainer/ops/ops.ts";
import { roles } from "../../../trainer/ops/roles.ts";

const names = (wanted: (role: Role) => boolean) =>
  (Object.keys(roles) as Role[]).filter(wanted).sort();

Deno.test("roles trains everything but running statistics", () => {
  assertEquals(names((role) => !roles[role].trainable), ["mean", "variance"]);
});

Deno.test("roles decays what multiplies only", () => {
  assertEquals(names((role) => roles[role].decays), ["kernel", "matrix", "transposedKernel"]);
});

Deno.test("roles starts kernels with the variance that keeps a signal's", () => {
  // He: 2 / (3·3·8). LeCun, one tap of each of 8 inputs an output: 1/8.
  assertEquals(roles.kernel.init([3, 3, 8, 4]), {
    kind: "normal",
    standardDeviation: Math.sqrt(2 / 72),
  });
  assertEquals(roles.transposedKernel.init([2, 2, 4, 8]), {
    kind: "normal",
    standardDeviation: Math.sqrt(1 / 8),
  });
});

Deno.test("roles starts a transformer's weights small, whatever their shape", () => {
  for (const role of ["matrix", "token", "position"] as const) {
    assertEquals(roles[role].init([7, 9]), { kind: "normal", standardDeviation: 0.02 });
  }
});

Deno.test("roles starts a batch norm as the identity and biases at 0", () => {
  const starts = { bias: 0, scale: 1, offset: 0, mean: 0, variance: 1 };
  for (const [role, value] of Object.entries(starts)) {
    assertEquals(roles[role as Role].init([5]), { kind: "constant", value });
  }
});
