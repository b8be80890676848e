import { assertEquals } from "@std/assert";
import { encodeInferAnswer } from "../../../runtime/kserve/infer_answer.ts";
import { makeCard } from "../../helpers/package.ts";

const MAP = Float32Array.from([0.1, 0.2, 0.3, 0.4, 0.5, 1]);

Deno.test("encodeInferAnswer() writes values that are the same float32 again", () => {
  const { body, headerLength } = encodeInferAnswer(makeCard(), MAP, {
    ...{ id: "a", batch: 1, binary: false },
  });
  const { outputs: [{ data, ...output }], ...answer } = JSON.parse(new TextDecoder().decode(body));
  assertEquals([headerLength, Float32Array.from(data)], [undefined, MAP]);
  assertEquals(answer, { model_name: "unet-small", model_version: "1.0.0", id: "a" });
  assertEquals(output, { name: "anomaly_map", datatype: "FP32", shape: [1, 1, 2, 3] });
});

Deno.test("encodeInferAnswer() writes bytes behind the JSON", () => {
  const { body, headerLength } = encodeInferAnswer(makeCard(), MAP, { batch: 1, binary: true });
  const { outputs: [output], id } = JSON.parse(
    new TextDecoder().decode(body.subarray(0, headerLength)),
  );
  assertEquals([output.parameters, output.data, id], [{ binary_data_size: 24 }, ...[, ,]]);
  assertEquals(new Float32Array(body.slice(headerLength).buffer), MAP);
});
