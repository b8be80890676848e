// A heap for WebAssembly's threads that never has to grow.

/** Of 64 KiB each: 4 GiB less one page. With all 4 GiB the allocator's arithmetic of 32 bits overflows. */
const MOST_PAGES = 65535;

/**
 * Runs `work` so that shared memories it makes are as large from the start as they may ever become, or as the machine
 * grants: address space, that is, a page takes memory once it is touched.
 *
 * ONNX Runtime's begin with 16 MiB and grow. In Deno 2.9 a thread may start with the size from before: its own stack lies "out of
 * bounds", it ends unseen, and the session waits for it for ever (2 and 6 of 12 processes that opened lanes on WebAssembly hung, of 25
 * that had the whole heap none).
 */
export async function withWholeHeap<T>(work: () => Promise<T>): Promise<T> {
  const { Memory } = WebAssembly;
  WebAssembly.Memory = new Proxy(Memory, {
    construct: (_, [descriptor]: [WebAssembly.MemoryDescriptor]) => allocate(Memory, descriptor),
  });
  try {
    return await work();
  } finally {
    WebAssembly.Memory = Memory;
  }
}

function allocate(
  Memory: typeof WebAssembly.Memory,
  descriptor: WebAssembly.MemoryDescriptor,
): WebAssembly.Memory {
  const { initial, maximum = initial, shared } = descriptor;
  for (let pages = Math.min(MOST_PAGES, maximum); shared && pages > initial; pages >>= 1) {
    try {
      return new Memory({ ...descriptor, initial: pages });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return new Memory(descriptor);
}
