import { assertEquals } from "@std/assert";
import { fromPytorch, pytorchShape } from "../../../trainer/pretrained/pytorch.ts";

const counted = (count: number) => Float32Array.from({ length: count }, (_, i) => i);

Deno.test("pytorchShape() is the shape that PyTorch's modules have", () => {
  // Conv2d(5, 7, (2, 3)), ConvTranspose2d(5, 7, 2), Linear(5, 7), the token and the embedding of timm's ViT.
  assertEquals(pytorchShape("kernel", [2, 3, 5, 7]), [7, 5, 2, 3]);
  assertEquals(pytorchShape("transposedKernel", [2, 2, 7, 5]), [5, 7, 2, 2]);
  assertEquals(pytorchShape("matrix", [5, 7]), [7, 5]);
  assertEquals(pytorchShape("token", [7]), [1, 1, 7]);
  assertEquals(pytorchShape("position", [10, 7]), [1, 10, 7]);
  assertEquals(pytorchShape("variance", [7]), [7]);
});

Deno.test("fromPytorch() puts the axes of a matrix and of a kernel in our order", () => {
  assertEquals(fromPytorch("matrix", [3, 2], counted(6)), Float32Array.of(0, 3, 1, 4, 2, 5));
  // numpy: arange(12).reshape(3, 2, 1, 2).transpose(2, 3, 1, 0).ravel()
  const expected = Float32Array.of(0, 4, 8, 2, 6, 10, 1, 5, 9, 3, 7, 11);
  assertEquals(fromPytorch("kernel", [1, 2, 2, 3], counted(12)), expected);
  assertEquals(fromPytorch("transposedKernel", [1, 2, 2, 3], counted(12)), expected);
});

Deno.test("fromPytorch() copies what needs no turning", () => {
  const bias = counted(4);
  const copy = fromPytorch("bias", [4], bias);
  assertEquals(copy, bias);
  assertEquals(copy.buffer === bias.buffer, false);
});
