import { assertLess } from "@std/assert";
import { DEFAULT_FRAME_LIMITS } from "../../../runtime/frame.ts";
import type { ProviderName } from "../../../runtime/engine/provider.ts";
import type { HeapRequest } from "../../helpers/lane_worker_heap.ts";
import { testIf } from "../../helpers/require.ts";
import { tinyPackage } from "../../helpers/tiny_model.ts";

/** By how many bytes a lane's heap grows. */
async function growth(provider: ProviderName, requests: number): Promise<number> {
  await using tiny = await tinyPackage();
  const url = new URL("../../helpers/lane_worker_heap.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  const grown = new Promise<number>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
  });
  worker.postMessage(
    {
      open: {
        ...{ kind: "open", packageDir: tiny.dir, card: undefined, provider, variant: "fp32" },
        ...{ threads: 1, spinUs: undefined, limits: DEFAULT_FRAME_LIMITS },
        ...{ decoder: "imagescript", shaders: true },
      },
      requests,
    } satisfies HeapRequest,
  );
  try {
    return await grown;
  } finally {
    worker.terminate();
  }
}

for (const provider of ["cpu", "webgpu"] as const) {
  await testIf(
    provider === "webgpu" ? provider : [],
    `a lane on ${provider} keeps nothing of what it has answered`,
    async () => assertLess(await growth(provider, 100_000), 2e6), // 20 bytes a request
  );
}
