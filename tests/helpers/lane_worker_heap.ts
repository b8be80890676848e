// A lane's Worker that opens one lane, sends it requests without frames and says by how many bytes its heap has grown.

import { delay } from "@std/async/delay";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Answer, LaneRequest, OpenRequest } from "../../runtime/engine/lane_messages.ts";
import "../../runtime/engine/lane_worker.ts";

export interface HeapRequest {
  readonly open: OpenRequest;
  /** Sent in rounds of some, each when the last is answered. */
  readonly requests: number;
}

const ROUND = 1000;
setFlagsFromString("--expose-gc"); // for contexts that are made from now on
const gc: () => void = runInNewContext("gc");
const tell = self.postMessage.bind(self);
const handle = self.onmessage!;
const waiting = new Map<number, (answer: Answer) => void>();
let nextId = 0;

self.postMessage = (answer: Answer) => {
  waiting.get(answer.id)?.(answer);
  waiting.delete(answer.id);
};

async function ask(request: LaneRequest): Promise<void> {
  const id = nextId++;
  const answer = await new Promise<Answer>((resolve) => {
    waiting.set(id, resolve);
    Reflect.apply(handle, self, [new MessageEvent("message", { data: { ...request, id } })]);
  });
  if (!answer.ok) throw new Error(answer.error.message);
}

async function askMany(count: number): Promise<void> {
  for (let asked = 0; asked < count; asked += ROUND) {
    await Promise.all(Array.from({ length: ROUND }, () => ask({ kind: "segment", jobs: [] })));
    await delay(0); // real ones come as events, and all that can go on between them, does
  }
}

function heapUsed(): number {
  gc();
  return Deno.memoryUsage().heapUsed;
}

self.onmessage = async ({ data }: MessageEvent<HeapRequest>) => {
  await ask(data.open);
  await askMany(ROUND);
  const before = heapUsed();
  await askMany(data.requests);
  const grown = heapUsed() - before;
  await ask({ kind: "close" });
  tell(grown);
};
