// Watches a server while others load it: how fast it says that it is healthy, whether its counters add up at
// any moment, and how much memory it has.

import { delay } from "@std/async/delay";
import { type Counters, OUTCOMES } from "../../stream/accounting.ts";
import type { StreamLoad } from "./driver.ts";
import type { ServerProcess } from "./server_process.ts";

export interface ProbeResult {
  /** Times of `GET /healthz`, in ms. */
  readonly healthMs: readonly number[];
  /** Resident bytes, once a second; empty where the system does not tell. */
  readonly residentBytes: readonly number[];
  /** Looks at /v1/streams in which a stream's counters did not add up. */
  readonly wrongCounters: number;
}

const HEALTH_INTERVAL_MS = 50;
const HEALTH_PER_SLOW = 20;

/** Watches until `signal` aborts. */
export async function probe(server: ServerProcess, signal: AbortSignal): Promise<ProbeResult> {
  const healthMs: number[] = [];
  const residentBytes: number[] = [];
  let wrongCounters = 0;
  for (let round = 0; !signal.aborted; round++) {
    const startMs = performance.now();
    await (await fetch(`${server.url}/healthz`)).bytes();
    healthMs.push(performance.now() - startMs);
    if (round % HEALTH_PER_SLOW === 0) {
      const bytes = await server.residentBytes();
      if (bytes !== undefined) residentBytes.push(bytes);
      const { streams } = await (await fetch(`${server.url}/v1/streams`)).json() as {
        streams: { counters: Counters }[];
      };
      wrongCounters += streams.filter(({ counters }) => !addsUp(counters)).length;
    }
    await delay(HEALTH_INTERVAL_MS);
  }
  return { healthMs, residentBytes, wrongCounters };
}

/** received = done + dropped + expired + refused + failed + inFlight */
export function addsUp({ received, ...rest }: Counters): boolean {
  return Object.values(rest).reduce((sum, count) => sum + count) === received;
}

/** Whether a client counted what the server says, to the frame. */
export function agrees({ counted, told }: Pick<StreamLoad, "counted" | "told">): boolean {
  return told !== undefined && addsUp(counted) && told.received === counted.received &&
    OUTCOMES.every((outcome) => told[outcome] === counted[outcome]);
}

/** Growth from the second quarter to the last, 0.05 for 5 %. NaN with fewer than four values. */
export function growth(values: readonly number[]): number {
  const quarter = Math.floor(values.length / 4);
  const mean = (part: readonly number[]) => part.reduce((sum, x) => sum + x, 0) / part.length;
  return mean(values.slice(-quarter || values.length)) / mean(values.slice(quarter, 2 * quarter)) -
    1;
}
