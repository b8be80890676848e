// The life of one frame in the scheduler: it waits, it runs, and it ends exactly once, whoever comes first:
// its result, its deadline, a newer frame, or its client that leaves. Knows nothing of turns.

import type { Deployment } from "../engine/deployment.ts";
import type { Work } from "../job.ts";
import type { Segmentation } from "../reply.ts";
import type { Clock } from "./clock.ts";

/** How a frame ended, with what its source needs for the answer. */
export type End<R = Segmentation> =
  | {
    readonly outcome: "done";
    readonly result: R;
    /** Who answered. */
    readonly deployment: Deployment;
    /** From the frame's arrival until its turn. */
    readonly waitMs: number;
  }
  /** A newer frame came, or the client left. */
  | { readonly outcome: "dropped"; readonly code: "replaced" | "abandoned" }
  | { readonly outcome: "expired"; readonly deadlineMs: number }
  | { readonly outcome: "refused"; readonly code: "queue-full"; readonly detail: string }
  | {
    readonly outcome: "failed";
    readonly error: unknown;
    /** Who failed it; undefined when it never had its turn. */
    readonly deployment?: Deployment;
  };

/** A frame, or an input without one, as its source hands it in; `R` is what comes of its work. */
export interface Entry<R = Segmentation> {
  /** Bytes that it holds while it waits. */
  readonly bytes: number;
  /** From its arrival; without one it may take what it takes. */
  readonly deadlineMs?: number | undefined;
  /** The frame and what is wanted of it, asked for when its turn has come. */
  job(): Work;
  /** Called exactly once. */
  ended(end: End<R>): void;
}

export interface Ticket {
  readonly bytes: number;
  readonly arrivedMs: number;
  /** Its turn has come. Undefined when it ends here: its deadline has passed, or it has no job. */
  take(): Work | undefined;
  /** Answers with a result, or as expired when the deadline has passed unseen. */
  done(result: unknown, deployment: Deployment): void;
  /** Ends it, unless it has ended. */
  end(end: End<unknown>): void;
}

/** @param onEnd called before the entry is told. */
export function createTicket(
  entry: Entry<unknown>,
  { clock, report }: { readonly clock: Clock; report(error: unknown): void },
  onEnd: (ticket: Ticket) => void,
): Ticket {
  const { bytes, deadlineMs } = entry;
  const arrivedMs = clock.now();
  let takenMs = arrivedMs;
  let open = true;

  const expired = () => deadlineMs !== undefined && clock.now() - arrivedMs >= deadlineMs;
  const expire = () => end({ outcome: "expired", deadlineMs: deadlineMs! });
  const cancelDeadline = deadlineMs === undefined ? undefined : clock.after(deadlineMs, expire);

  function end(how: End<unknown>): void {
    if (!open) return;
    open = false;
    cancelDeadline?.();
    onEnd(ticket);
    try {
      entry.ended(how);
    } catch (error) {
      report(error); // one source's fault must not keep others from their turns
    }
  }

  const ticket: Ticket = {
    bytes,
    arrivedMs,
    take() {
      takenMs = clock.now();
      try {
        if (!expired()) return entry.job();
        expire();
      } catch (error) {
        end({ outcome: "failed", error });
      }
      return undefined;
    },
    done(result, deployment) {
      if (expired()) return expire();
      end({ outcome: "done", result, deployment, waitMs: takenMs - arrivedMs });
    },
    end,
  };
  return ticket;
}
