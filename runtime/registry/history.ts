// What happened to the versions of the models, newest last, a bounded list. Knows nothing of how.

export const EVENT_KINDS = [
  ...["loaded", "unloaded", "refused", "switched", "confirmed", "rolled-back"] as const,
  ...["canary-started", "canary-ended", "shadow-started", "shadow-ended"] as const,
  ...["levels-changed", "failed"] as const,
] as const;
export type EventKind = typeof EVENT_KINDS[number];

export interface RegistryEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly model: string;
  readonly kind: EventKind;
  /** The version that it is about; for a switch or roll-back the one that serves now. */
  readonly version: string;
  /** The version that served before. */
  readonly from?: string;
  /** RegistryError's code of a refusal. */
  readonly code?: string;
  readonly reason?: string;
}

export interface History {
  add(event: Omit<RegistryEvent, "at">): void;
  /** Oldest first; of one model when it is named. */
  list(model?: string): readonly RegistryEvent[];
}

export interface HistoryOptions {
  /** Events that are kept for each model. @default {200} */
  readonly limit?: number;
  /** Takes a line for each event. */
  readonly log: (line: string) => void;
  /** Milliseconds since 1970. @default {Date.now} */
  readonly date?: () => number;
}

export function createHistory({ limit = 200, log, date = Date.now }: HistoryOptions): History {
  const events = new Map<string, RegistryEvent[]>();
  return {
    add(event) {
      const list = events.get(event.model) ?? [];
      events.set(event.model, list);
      list.push({ at: new Date(date()).toISOString(), ...event });
      if (list.length > limit) list.shift();
      log(describeEvent(event));
    },
    list: (model) =>
      model !== undefined
        ? [...events.get(model) ?? []]
        : [...events.values()].flat().sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : 0),
  };
}

function describeEvent({ model, kind, version, from, reason }: Omit<RegistryEvent, "at">): string {
  return `${model} ${version}: ${kind.replace("-", " ")}` +
    (from === undefined ? "" : ` from ${from}`) + (reason === undefined ? "" : ` (${reason})`);
}
