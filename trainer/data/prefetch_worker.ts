// A Worker that makes the batches it is asked for, one after the other. Knows no other Worker and no order.

import type { BatchSource } from "./batches.ts";
import { failureText, type PrefetchAnswer, type PrefetchRequest } from "./prefetch_messages.ts";
import { openSource } from "./prefetch_source.ts";

let batchAt: BatchSource | undefined;
let last: Promise<void> = Promise.resolve();

self.onmessage = ({ data }: MessageEvent<PrefetchRequest>) => {
  last = last.then(() => handle(data));
};

async function handle(request: PrefetchRequest): Promise<void> {
  if (request.kind === "open") {
    batchAt = openSource(request.source, request.shared);
    return;
  }
  const { step } = request;
  if (batchAt === undefined) throw new Error(`Cannot make the batch of step ${step}: not open`);
  try {
    const batch = await batchAt(step);
    post({ step, batch }, [batch.images.buffer, batch.masks.buffer]);
  } catch (error) {
    post({ step, error: failureText(step, error) }, []);
  }
}

function post(answer: PrefetchAnswer, transfer: Transferable[]): void {
  self.postMessage(answer, { transfer });
}
