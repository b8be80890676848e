// The rates of a server: requests and frames of one token, or without tokens of one address.

import type { Clock } from "../stream/clock.ts";
import { type Buckets, createBuckets } from "./token_bucket.ts";

export interface RateOptions {
  /** No limit when left out. */
  readonly requestsPerSecond?: number | undefined;
  readonly framesPerSecond?: number | undefined;
  readonly burstSeconds: number;
}

/** 0 when one more may come, else the ms to wait. */
export interface Rates {
  request(caller: string): number;
  frame(caller: string): number;
}

export function createRates(options: RateOptions, clock: Clock): Rates {
  const { requestsPerSecond, framesPerSecond, burstSeconds } = options;
  const buckets = (perSecond: number | undefined): Buckets | undefined =>
    perSecond === undefined
      ? undefined
      : createBuckets({ perSecond, burst: perSecond * burstSeconds, clock });
  const [requests, frames] = [buckets(requestsPerSecond), buckets(framesPerSecond)];
  return {
    request: (caller) => requests?.take(caller) ?? 0,
    frame: (caller) => frames?.take(caller) ?? 0,
  };
}
