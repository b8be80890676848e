import { assert, assertEquals, assertRejects } from "@std/assert";
import { maxAbsDifference } from "../../models/package.ts";
import { createSession } from "../../runtime/engine/onnxruntime.ts";
import { withWholeHeap } from "../../models/wasm_heap.ts";
import { tinyGraph, tinyInput, tinyPackage, tinyScores } from "../helpers/tiny_model.ts";
import { MAP_PARITY } from "../tolerances.ts";

const PAGE = 65536;
const heapOf = (descriptor: WebAssembly.MemoryDescriptor) =>
  withWholeHeap(() => Promise.resolve(new WebAssembly.Memory(descriptor)));

Deno.test("withWholeHeap() gives shared memories all they may grow to", async () => {
  const memory = await heapOf({ initial: 1, maximum: 300, shared: true });
  assert(memory instanceof WebAssembly.Memory);
  assertEquals(memory.buffer.byteLength, 300 * PAGE);
});

Deno.test("withWholeHeap() stays a page below 4 GiB", async () => {
  const { buffer } = await heapOf({ initial: 256, maximum: 65536, shared: true });
  assertEquals(buffer.byteLength, 65535 * PAGE);
});

Deno.test("withWholeHeap() leaves memories alone that no thread shares", async () => {
  const { buffer } = await heapOf({ initial: 1, maximum: 300 });
  assertEquals(buffer.byteLength, PAGE);
});

Deno.test("withWholeHeap() takes half, and half again, where the machine grants no more", async () => {
  const { Memory } = WebAssembly;
  const asked: number[] = [];
  WebAssembly.Memory = new Proxy(Memory, {
    construct(_, [descriptor]) {
      asked.push(descriptor.initial);
      if (descriptor.initial > 100) throw new RangeError("could not allocate memory");
      return new Memory(descriptor);
    },
  });
  try {
    const { buffer } = await heapOf({ initial: 1, maximum: 300, shared: true });
    assertEquals(buffer.byteLength, 75 * PAGE);
  } finally {
    WebAssembly.Memory = Memory;
  }
  assertEquals(asked, [300, 150, 75]);
});

Deno.test("withWholeHeap() puts WebAssembly.Memory back, also after an error", async () => {
  const { Memory } = WebAssembly;
  await withWholeHeap(() => Promise.resolve());
  await assertRejects(() => withWholeHeap(() => Promise.reject(new Error("no"))), Error, "no");
  assertEquals(WebAssembly.Memory, Memory);
});

Deno.test("a session's threads on wasm share a heap that never grows", async () => {
  const { Memory } = WebAssembly;
  const shared: WebAssembly.Memory[] = [];
  WebAssembly.Memory = new Proxy(Memory, {
    construct(_, [descriptor]) {
      const memory = new Memory(descriptor);
      if (memory.buffer instanceof SharedArrayBuffer) shared.push(memory);
      return memory;
    },
  });
  await using tiny = await tinyPackage();
  try {
    const options = {
      package: "tiny 1.0.0",
      card: tiny.card,
      variant: "fp32",
      threads: 2,
    } as const;
    await using session = await createSession(tinyGraph(), { ...options, provider: "wasm" });
    const input = tinyInput();
    assert(maxAbsDifference(await session.run(input, 1), tinyScores(input)) <= MAP_PARITY);
  } finally {
    WebAssembly.Memory = Memory;
  }
  assertEquals(shared.map(({ buffer }) => buffer.byteLength).filter(Boolean), [65535 * PAGE]);
});
