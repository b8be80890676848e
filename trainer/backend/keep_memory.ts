// What the C library's allocator does with the memory of tensors that are gone. Knows no TensorFlow.

/** `mallopt`'s names for them, from glibc's malloc.h. */
const parameters = { trimThreshold: -1, mmapThreshold: -3 } as const;

/**
 * Keeps freed memory for the next tensors. By itself glibc gives large blocks back to the system, and every step faults the
 * same pages in again: a DPT tiny's step of 8 takes 4 % longer (medians 1448 and 1354 ms, two cores with AVX-512, the same set by glibc's environment variables). Elsewhere
 * than on glibc, or where libraries may not be opened, nothing happens.
 */
export function keepFreedMemory(): void {
  try {
    const library = Deno.dlopen("libc.so.6", {
      mallopt: { parameters: ["i32", "i32"], result: "i32" },
    });
    library.symbols.mallopt(parameters.trimThreshold, 2 ** 31 - 1);
    library.symbols.mallopt(parameters.mmapThreshold, 2 ** 25); // the most that glibc takes
    library.close();
  } catch {
    // A step is a little slower.
  }
}
