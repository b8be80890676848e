import { assertEquals, assertRejects } from "@std/assert";
import { readFrame } from "../../../runtime/server/frame_request.ts";
import { HttpProblem } from "../../../runtime/server/problem.ts";
import { rawRequest } from "../../helpers/test_app.ts";

const LIMITS = { maxBytes: 10, timeoutMs: 1000 };
const read = (init: RequestInit) => readFrame(new Request("http://x/", init), LIMITS);

Deno.test("readFrame() reads encoded frames", async () => {
  for (const type of ["image/jpeg", "image/png", "Image/PNG; charset=x"]) {
    const init = { method: "POST", headers: { "content-type": type }, body: Uint8Array.of(1) };
    assertEquals(await read(init), { format: "encoded", bytes: Uint8Array.of(1) });
  }
});

Deno.test("readFrame() reads raw frames with their size", async () => {
  assertEquals(await read(rawRequest()), {
    ...{ format: "gray8", width: 2, height: 1, bytes: Uint8Array.of(1, 2) },
  });
});

const REFUSED: [string, string, string][] = [
  ["content-type", "text/plain", "unsupported-media-type"],
  ["content-type", "", "unsupported-media-type"],
  ["x-frame-format", "bgr8", "unsupported-format"],
  ["x-frame-format", "encoded", "unsupported-format"],
  ["x-frame-width", "0", "size-missing"],
  ["x-frame-width", "1.5", "size-missing"],
  ["x-frame-height", "-1", "size-missing"],
  ["x-frame-height", "1e9", "size-missing"],
];

for (const [header, value, code] of REFUSED) {
  Deno.test(`readFrame() refuses ${header} "${value}" as ${code}`, async () => {
    const error = await assertRejects(() => read(rawRequest({ [header]: value })), HttpProblem);
    assertEquals((error as HttpProblem).code as string, code);
  });
}

Deno.test("readFrame() says which types it accepts", async () => {
  const error = await assertRejects(() => read(rawRequest({ "content-type": "a/b" })), HttpProblem);
  assertEquals(
    (error as HttpProblem).headers.accept,
    "image/jpeg, image/png, application/octet-stream",
  );
});
