import { assertEquals, assertThrows } from "@std/assert";
import { HttpProblem } from "../../../runtime/server/problem.ts";
import { MAX_BATCH, readInferRequest } from "../../../runtime/kserve/infer_request.ts";
import { makeCard } from "../../helpers/package.ts";

const CARD = makeCard(); // 3×2 pixels
const VALUES = Array.from({ length: 18 }, (_, at) => at);
const INPUT = { name: "image", datatype: "FP32", shape: [1, 3, 2, 3], data: VALUES };
const bytesOf = (request: unknown) => new TextEncoder().encode(JSON.stringify(request));

/** JSON with bytes of values behind it. */
function withBytes(request: unknown, values: Uint8Array) {
  const json = bytesOf(request);
  const body = new Uint8Array(json.length + values.length);
  body.set(json);
  body.set(values, json.length);
  return { body, headerLength: json.length };
}

const binaryInput = (size: number, changed = {}) => ({
  inputs: [{ ...INPUT, data: undefined, parameters: { binary_data_size: size }, ...changed }],
});

Deno.test("readInferRequest() reads JSON values", () => {
  const body = bytesOf({ id: "a", inputs: [INPUT] });
  const { input, ...rest } = readInferRequest(body, undefined, CARD);
  assertEquals([[...input], rest], [VALUES, { id: "a", batch: 1, output: "json" }]);
});

Deno.test("readInferRequest() reads values behind the JSON", () => {
  const values = Float32Array.from({ length: 36 }, (_, at) => at / 4);
  const { body, headerLength } = withBytes(
    binaryInput(144, { shape: [2, 3, 2, 3] }),
    new Uint8Array(values.buffer),
  );
  const { input, batch } = readInferRequest(body, headerLength, CARD);
  assertEquals([input, batch], [values, 2]);
});

Deno.test("readInferRequest() gives the output as the request wants it", () => {
  const cases: [object, "json" | "binary"][] = [
    [{}, "json"],
    [{ parameters: { binary_data_output: true } }, "binary"],
    [{ outputs: [] }, "json"],
    [{ outputs: [{ name: "anomaly_map" }] }, "json"],
    [{ outputs: [{ name: "anomaly_map", parameters: { binary_data: true } }] }, "binary"],
    [{ outputs: [{ name: "anomaly_map" }], parameters: { binary_data_output: true } }, "binary"],
    [{
      outputs: [{ name: "anomaly_map", parameters: { binary_data: false } }],
      parameters: { binary_data_output: true, custom: 7 },
    }, "json"],
  ];
  for (const [wanted, output] of cases) {
    const body = bytesOf({ inputs: [INPUT], ...wanted });
    assertEquals(readInferRequest(body, undefined, CARD).output, output, JSON.stringify(wanted));
  }
});

Deno.test("readInferRequest() refuses what does not fit, and says what would", () => {
  const changed = (change: object) => bytesOf({ inputs: [{ ...INPUT, ...change }] });
  const output = (change: object) =>
    bytesOf({ inputs: [INPUT], outputs: [{ name: "anomaly_map", ...change }] });
  const cases: [Uint8Array<ArrayBuffer>, string][] = [
    [new Uint8Array(), "not JSON"],
    [Uint8Array.of(0xff, 0xfe), "not JSON in UTF-8"],
    [bytesOf([]), "the request: "],
    [bytesOf({}), "inputs: "],
    [bytesOf({ inputs: [] }), "inputs: "],
    [bytesOf({ inputs: [INPUT, INPUT] }), "has 1 input, the request 2"],
    [changed({ name: "x" }), `no input "x", it has "image"`],
    [changed({ datatype: "FP16" }), "is of FP16, must be FP32"],
    [changed({ shape: [1, 3, 3, 2] }), "has shape [1, 3, 3, 2], must be [1..8, 3, 2, 3]"],
    [changed({ shape: [0, 3, 2, 3] }), "must be [1..8"],
    [changed({ shape: [MAX_BATCH + 1, 3, 2, 3] }), "must be [1..8"],
    [changed({ shape: [3, 2, 3] }), "must be [1..8"],
    [changed({ shape: [-1, 3, 2, 3] }), "inputs.0.shape.0: "],
    [changed({ data: undefined }), "has no data"],
    [
      new TextEncoder().encode(JSON.stringify({ inputs: [INPUT] }).replace("[0,1,", "[1e39,1,")),
      `Input "image" has a value at 0 that is not finite`,
    ],
    [changed({ parameters: { shared_memory_region: "a" } }), "shared memory"],
    [output({ name: "x" }), `no output "x", it has "anomaly_map"`],
    [output({ parameters: { classification: 3 } }), "asks for classification"],
    [output({ parameters: { shared_memory_region: "a" } }), "asks for shared_memory_region"],
    [
      bytesOf({ inputs: [INPUT], outputs: [{ name: "anomaly_map" }, { name: "anomaly_map" }] }),
      "asked for twice",
    ],
  ];
  for (const [body, message] of cases) {
    const error = assertThrows(() => readInferRequest(body, undefined, CARD), HttpProblem, message);
    assertEquals(error.code, "bad-request");
  }
});

Deno.test("readInferRequest() refuses bytes that do not fit, before it takes memory for them", () => {
  const cases: [ReturnType<typeof withBytes>, string][] = [
    [withBytes(binaryInput(72), new Uint8Array(71)), "71 bytes follow the JSON"],
    [withBytes(binaryInput(72), new Uint8Array(73)), "73 bytes follow the JSON"],
    [withBytes(binaryInput(68), new Uint8Array(68)), "has 68 bytes, its shape needs 72"],
    [withBytes({ inputs: [INPUT] }, new Uint8Array(72)), "binary_data_size is missing"],
    [withBytes(binaryInput(72, { data: VALUES }), new Uint8Array(72)), "both data and"],
    [withBytes(binaryInput(72), new Uint8Array(72).fill(0xff)), "at 0 that is not finite"], // NaN
    [
      { ...withBytes(binaryInput(72), new Uint8Array(72)), headerLength: 1000 },
      "is 1000, the body",
    ],
    [
      withBytes(binaryInput(72, { shape: [2 ** 30, 3, 2, 3] }), new Uint8Array(72)),
      "must be [1..8",
    ],
  ];
  for (const [{ body, headerLength }, message] of cases) {
    assertThrows(() => readInferRequest(body, headerLength, CARD), HttpProblem, message);
  }
});
