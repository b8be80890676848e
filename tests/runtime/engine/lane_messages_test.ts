import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { PackageError } from "../../../models/package.ts";
import {
  fromWire,
  resultFromWire,
  resultToWire,
  toWire,
} from "../../../runtime/engine/lane_messages.ts";
import { ProviderError } from "../../../runtime/engine/provider.ts";
import { DecoderError } from "../../../runtime/decoder.ts";
import { FrameError } from "../../../runtime/frame.ts";
import { fakeSegmentation } from "../../helpers/fake_lane.ts";

Deno.test("fromWire() restores class, code and message of typed errors", () => {
  for (
    const error of [
      new FrameError("truncated", "short"),
      new PackageError("sha256", "wrong"),
      new ProviderError("golden", "off"),
      new DecoderError("missing", "no sharp"),
    ]
  ) {
    const restored = fromWire(structuredClone(toWire(error)));
    assertStrictEquals(restored.constructor, error.constructor);
    assertEquals({ ...restored, message: restored.message }, { ...error, message: error.message });
  }
});

Deno.test("fromWire() keeps name and message of any other error", () => {
  const restored = fromWire(toWire(new RangeError("far")));
  assertEquals([restored.name, restored.message], ["RangeError", "far"]);
  assert(!("code" in restored));
});

Deno.test("toWire() takes what is not an error", () => {
  assertEquals(toWire("text"), { name: "Error", code: "", message: "text" });
});

Deno.test("resultFromWire() gives back answers and errors", () => {
  const answer = fakeSegmentation();
  assertEquals(resultFromWire(structuredClone(resultToWire(answer))), answer);
  const failed = resultFromWire(structuredClone(resultToWire(new FrameError("corrupt", "bad"))));
  assert(failed instanceof FrameError && failed.code === "corrupt");
});
