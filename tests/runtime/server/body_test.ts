import { assertEquals, assertRejects } from "@std/assert";
import { readBody } from "../../../runtime/server/body.ts";
import { HttpProblem } from "../../../runtime/server/problem.ts";

const LIMITS = { maxBytes: 10, timeoutMs: 20 };

function request(body: BodyInit | null, headers: Record<string, string> = {}): Request {
  return new Request("http://x/", { method: "POST", body, headers });
}

async function code(promise: Promise<unknown>): Promise<string> {
  return ((await assertRejects(() => promise, HttpProblem)) as HttpProblem).code;
}

Deno.test("readBody() joins chunks into a buffer of its own", async () => {
  const chunks = ReadableStream.from([Uint8Array.of(1, 2), Uint8Array.of(3)]);
  const body = await readBody(request(chunks), LIMITS);
  assertEquals([[...body], body.buffer.byteLength], [[1, 2, 3], 3]);
  assertEquals(await readBody(request(null), LIMITS), new Uint8Array());
});

Deno.test("readBody() refuses a declared length before it reads", async () => {
  let pulled = 0;
  const chunks = new ReadableStream({ pull: () => void pulled++ }, { highWaterMark: 0 });
  assertEquals(
    await code(readBody(request(chunks, { "content-length": "11" }), LIMITS)),
    "too-large",
  );
  assertEquals(pulled, 0);
});

Deno.test("readBody() stops reading an undeclared body at the limit", async () => {
  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(4));
    },
  }, { highWaterMark: 0 });
  assertEquals(await code(readBody(request(endless), LIMITS)), "too-large");
  assertEquals(pulled, 3);
});

Deno.test("readBody() gives up on a body that does not come", async () => {
  const silent = new ReadableStream({ pull: () => new Promise(() => {}) });
  assertEquals(await code(readBody(request(silent), LIMITS)), "body-timeout");
});

Deno.test("readBody() says when the sender broke off", async () => {
  const broken = new ReadableStream({ pull: () => Promise.reject(new Error("reset")) });
  assertEquals(await code(readBody(request(broken), LIMITS)), "bad-request");
});
