import { assert } from "@std/assert";
import { releaseMemory } from "../../../runtime/engine/release_memory.ts";

const MIB = 2 ** 20;

/** Chunks below the size from which each has pages of its own, with the last one kept, so that none goes back by itself. */
function freeMany(): void {
  const libc = Deno.dlopen("libc.so.6", {
    malloc: { parameters: ["usize"], result: "pointer" },
    memset: { parameters: ["pointer", "i32", "usize"], result: "pointer" },
    free: { parameters: ["pointer"], result: "void" },
  });
  const { malloc, memset, free } = libc.symbols;
  const size = 100_000n;
  const chunks = Array.from({ length: 1000 }, () => {
    const chunk = malloc(size);
    memset(chunk, 1, size);
    return chunk;
  });
  for (const chunk of chunks.slice(0, -1)) free(chunk);
  libc.close();
}

Deno.test({
  name: "releaseMemory() gives back what is free",
  ignore: Deno.build.os !== "linux",
  async fn() {
    freeMany();
    const before = Deno.memoryUsage().rss;
    await releaseMemory();
    const freed = before - Deno.memoryUsage().rss;
    assert(freed > 50 * MIB, `${(freed / MIB).toFixed(1)} MiB`);
  },
});

Deno.test("releaseMemory() does nothing where the library is not there", async () => {
  await releaseMemory("libnowhere.so.9");
});
