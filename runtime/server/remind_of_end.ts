// Says in time that the certificate of a server ends: a server may run for longer than its certificate.

import type { Logger } from "../log/logger.ts";
import type { Clock } from "../stream/clock.ts";

const DAY_MS = 86_400_000;
/** For a certificate that ends so soon there is a warning, each day. */
const SOON_MS = 14 * DAY_MS;

export interface RemindOptions {
  readonly clock: Clock;
  readonly log: Pick<Logger, "warn" | "error">;
  /** Milliseconds since 1970. @default {Date.now} */
  readonly now?: () => number;
}

/** Looks now and each day. The returned function ends that. */
export function remindOfEnd(
  expires: Date,
  { clock, log, now = Date.now }: RemindOptions,
): () => void {
  let cancel = () => {};
  function look(): void {
    cancel = clock.after(DAY_MS, look);
    const leftMs = expires.getTime() - now();
    const fields = { expires: expires.toISOString() };
    if (leftMs <= 0) log.error("The certificate has ended", fields);
    else if (leftMs < SOON_MS) log.warn("The certificate ends soon", fields);
  }
  look();
  return () => cancel();
}
