import { assertEquals, assertThrows } from "@std/assert";
import { readSafetensors, type Tensor, writeSafetensors } from "../../models/safetensors.ts";

/** Header text and data bytes → a file; the length can be made to lie. */
function file(header: string, data: number[] = [], length?: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const out = new Uint8Array(8 + text.length + data.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(length ?? text.length), true);
  out.set(text, 8);
  out.set(data, 8 + text.length);
  return out;
}

function entry(begin: number, end: number, shape = [(end - begin) / 4], dtype = "F32"): string {
  return JSON.stringify({ dtype, shape, data_offsets: [begin, end] });
}

function sample(): Map<string, Tensor> {
  return new Map<string, Tensor>([
    ["b/weight", { dtype: "F32", shape: [2, 1, 2], data: Float32Array.of(1, -2.5, 3e-8, NaN) }],
    ["10", { dtype: "I32", shape: [], data: Int32Array.of(-5) }],
    ["empty", { dtype: "F32", shape: [0, 3], data: new Float32Array() }],
  ]);
}

/** `save({"b": …, "a": …, "empty": …}, {"made by": "numpy"})` of Python's safetensors.numpy, with the values below. */
const GOLDEN =
  "0AAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJtYWRlIGJ5IjoibnVtcHkifSwiYiI6eyJkdHlwZSI6IkYzMiIsInNoYX" +
  "BlIjpbMSwzXSwiZGF0YV9vZmZzZXRzIjpbMCwxMl19LCJlbXB0eSI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMCwy" +
  "XSwiZGF0YV9vZmZzZXRzIjpbMTIsMTJdfSwiYSI6eyJkdHlwZSI6IkkzMiIsInNoYXBlIjpbMl0sImRhdGFfb2Zmc2" +
  "V0cyI6WzEyLDIwXX19AADAPwAAAMBZ2QAzBwAAAPj///8=";

Deno.test("readSafetensors() reads what Python's safetensors wrote", () => {
  const bytes = Uint8Array.fromBase64(GOLDEN);
  const { tensors, metadata } = readSafetensors(bytes);
  assertEquals(metadata, { "made by": "numpy" });
  assertEquals(tensors.size, 3);
  const b: Tensor = { dtype: "F32", shape: [1, 3], data: Float32Array.of(1.5, -2, 3e-8) };
  assertEquals(tensors.get("b"), b);
  assertEquals(tensors.get("a"), { dtype: "I32", shape: [2], data: Int32Array.of(7, -8) });
  assertEquals(tensors.get("empty"), { dtype: "F32", shape: [0, 2], data: new Float32Array() });
});

Deno.test("writeSafetensors() keeps names, order, shapes, bits and metadata", () => {
  const { tensors, metadata } = readSafetensors(writeSafetensors(sample(), { note: "ü" }));
  assertEquals(metadata, { note: "ü" });
  assertEquals(tensors, sample());
  assertEquals([...tensors.keys()].sort(), [...sample().keys()].sort());
});

Deno.test("writeSafetensors() begins the data at a multiple of 8, also from array views", () => {
  const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
  const bytes = writeSafetensors(new Map([["x", { dtype: "F32", shape: [2], data }]]));
  const headerBytes = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  assertEquals((8 + headerBytes) % 8, 0);
  assertEquals(new Float32Array(bytes.buffer, 8 + headerBytes), Float32Array.of(1, 2));
});

Deno.test("readSafetensors() reads from an odd place in a larger buffer", () => {
  const bytes = writeSafetensors(sample());
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  assertEquals(readSafetensors(shifted.subarray(3)).tensors, sample());
});

Deno.test("writeSafetensors() refuses data that does not fill the shape", () => {
  const wrong: Tensor = { dtype: "F32", shape: [2, 2], data: new Float32Array(3) };
  const message = 'Cannot write tensor "x": shape [2,2] needs 4 numbers, data has 3';
  assertThrows(() => writeSafetensors(new Map([["x", wrong]])), RangeError, message);
});

Deno.test("readSafetensors() refuses every cut-off file", () => {
  const bytes = writeSafetensors(sample());
  for (let length = 0; length < bytes.length; length++) {
    assertThrows(() => readSafetensors(bytes.subarray(0, length)), SyntaxError);
  }
});

Deno.test("readSafetensors() refuses broken files and names the tensor", () => {
  const four = [0, 0, 128, 63];
  const cases: [Uint8Array, string][] = [
    [file("{}", [], 2 ** 40), "the header claims 1099511627776 bytes"],
    [file("{}", [], 3), "the header claims 3 bytes, 2 are there"],
    [file("{nonsense"), "the header is not JSON"],
    [file("[]"), "the header must be a JSON object"],
    [file(`{"x":5}`), 'tensor "x" must be described by an object'],
    [file(`{"x":${entry(0, 4)}}`), 'tensor "x" ends at byte 4, the data has 0'],
    [file(`{"x":${entry(0, 4, [2])}}`, four), 'tensor "x" has 4 bytes, F32 [2] needs 8'],
    [file(`{"x":${entry(0, 4, [1], "F8")}}`, four), 'tensor "x" has dtype "F8", must be one of'],
    [
      file(`{"x":${entry(0, 4, [1], "toString")}}`, four),
      'tensor "x" has dtype "toString", must be one of',
    ],
    [file(`{"x":${entry(0, 4, [-1])}}`, four), 'tensor "x" has shape [-1]'],
    [file(`{"x":${entry(4, 0, [1])}}`, four), 'tensor "x" has data_offsets [4,0]'],
    [
      file(`{"x":${entry(0, 4)},"y":${entry(0, 4)}}`, four),
      'tensor "y" overlaps the one before it',
    ],
    [
      file(`{"x":${entry(4, 8)}}`, [...four, ...four]),
      'tensor "x" begins at byte 4, must begin at 0',
    ],
    [file(`{"x":${entry(0, 4)}}`, [...four, 1]), "1 bytes follow the last tensor"],
    [
      file(`{"x":${entry(0, 4)},"\\u0078" : ${entry(0, 4)}}`, four),
      'tensor "x" is named twice',
    ],
    [file(`{"__metadata__":{"a":1}}`), "__metadata__ must map names to texts"],
  ];
  for (const [bytes, message] of cases) {
    assertThrows(() => readSafetensors(bytes), SyntaxError, message);
  }
});

Deno.test("readSafetensors() reads the counters that published weights hold", () => {
  const bytes = new Uint8Array(BigInt64Array.of(-7n, 2n ** 40n).buffer);
  const { tensors } = readSafetensors(file(`{"x":${entry(0, 16, [2], "I64")}}`, [...bytes]));
  assertEquals(tensors.get("x")!.data, BigInt64Array.of(-7n, 2n ** 40n));
});

/** `save({"half": …, "brain": …})` of Python's safetensors.torch, with the bits below in both types. */
const HALVES =
  "gAAAAAAAAAB7ImJyYWluIjp7ImR0eXBlIjoiQkYxNiIsInNoYXBlIjpbMTBdLCJkYXRhX29mZnNldHMiOlswLDIwXX0s" +
  "ImhhbGYiOnsiZHR5cGUiOiJGMTYiLCJzaGFwZSI6WzIsNV0sImRhdGFfb2Zmc2V0cyI6WzIwLDQwXX19ICAgICAgIAAA" +
  "AIABAH+AgACrPgDAf3+Af4D/AAAAgAEA/4MABFU1AMD/ewB8APw=";

Deno.test("readSafetensors() widens half-size floats bit for bit, signs of zero and denormals too", () => {
  const { tensors } = readSafetensors(Uint8Array.fromBase64(HALVES));
  const bitsOf = (name: string) => [...new Uint32Array(tensors.get(name)!.data.buffer)];
  // 0, −0, a denormal, a negative one, the smallest normal, near a third, −2, the largest, ±∞: bits as numpy and PyTorch widen them.
  assertEquals(bitsOf("half"), [
    ...[0x00000000, 0x80000000, 0x33800000, 0xb87fc000, 0x38800000],
    ...[0x3eaaa000, 0xc0000000, 0x477fe000, 0x7f800000, 0xff800000],
  ]);
  assertEquals(bitsOf("brain"), [
    ...[0x00000000, 0x80000000, 0x00010000, 0x807f0000, 0x00800000],
    ...[0x3eab0000, 0xc0000000, 0x7f7f0000, 0x7f800000, 0xff800000],
  ]);
  assertEquals(tensors.get("half")!.shape, [2, 5]);
});

Deno.test("readSafetensors() keeps what is not a number", () => {
  for (const [dtype, nan] of [["F16", 0x7e01], ["BF16", 0x7fc1]] as const) {
    const bytes = new Uint8Array(Uint16Array.of(nan).buffer);
    const { tensors } = readSafetensors(file(`{"x":${entry(0, 2, [1], dtype)}}`, [...bytes]));
    assertEquals(tensors.get("x")!.data, Float32Array.of(NaN));
  }
});
