// What may be watched of a server's work: each settled frame once, each answered request once. Types, and how
// several watch together; knows none of them.

import type { StageTimes } from "../reply.ts";
import type { Outcome } from "../stream/accounting.ts";

/** A frame that has got its answer, on a stream or by a request. */
export interface FrameEvent {
  readonly model: { readonly name: string; readonly version: string };
  /** Undefined for a frame that came by itself in a request. */
  readonly stream?: string;
  readonly outcome: Outcome;
  /** Why the frame has no segmentation. */
  readonly code?: string;
  /** Highest score of the map, 0..1, of a done frame. */
  readonly score?: number;
  /** Of a done frame, in ms. */
  readonly times?: StageTimes & { readonly waitMs: number; readonly totalMs: number };
}

export interface RequestEvent {
  readonly method: string;
  /** The route's pattern, not the path: few values. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

/** Must be quick: it stands in the frame's way. */
export interface Observer {
  onFrame?(event: FrameEvent): void;
  onRequest?(event: RequestEvent): void;
}

/**
 * Tells all of them, and throws nothing of theirs into an answer.
 *
 * @param report told what the first failure of each was: a broken one fails at every frame.
 */
export function observers(
  all: readonly Observer[],
  report: (error: unknown) => void,
): Required<Observer> {
  const broken = new Set<Observer>();
  function tell(how: (one: Observer) => void): void {
    for (const one of all) {
      try {
        how(one);
      } catch (error) {
        if (!broken.has(one)) report(error);
        broken.add(one);
      }
    }
  }
  return {
    onFrame: (event) => tell((one) => one.onFrame?.(event)),
    onRequest: (event) => tell((one) => one.onRequest?.(event)),
  };
}
