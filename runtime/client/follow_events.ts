// Follows the verdicts of one stream or of all, and comes back behind the last one when the connection
// breaks. Loads in Deno, browsers and Node.

import type { EventMessage } from "../stream/events.ts";
import { type BackoffOptions, createBackoff, pause } from "./backoff.ts";
import { ProblemError, problemError } from "./errors.ts";
import { parseEvents } from "./event_parser.ts";

export interface FollowEventsOptions {
  /** @default all streams */
  readonly stream?: string;
  /** Id of the last event that you have: what came since is sent first. */
  readonly after?: string;
  readonly backoff?: BackoffOptions;
  /** Bearer token with role "read", where the server asks for one. */
  readonly token?: string;
  /** Ends the loop without an error. */
  readonly signal?: AbortSignal;
}

/**
 * Verdicts as they come, and how many were missed where some were.
 *
 * ```ts
 * for await (const message of followEvents("http://127.0.0.1:8780", { stream: "line-1" })) {
 *   if (message.kind === "verdict") console.log(message.event.sequence, message.event.verdict);
 * }
 * ```
 *
 * @throws {ProblemError} when the server refuses, or the last error when every attempt has failed.
 */
export async function* followEvents(
  server: string | URL,
  options: FollowEventsOptions = {},
): AsyncGenerator<EventMessage, void> {
  const { stream, token, signal = new AbortController().signal } = options;
  const path = stream === undefined
    ? "/v1/events"
    : `/v1/streams/${encodeURIComponent(stream)}/events`;
  const url = new URL(path, server);
  const backoff = createBackoff(options.backoff);
  let after = options.after;
  while (!signal.aborted) {
    try {
      const headers = {
        ...(after === undefined ? {} : { "last-event-id": after }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      };
      const response = await fetch(url, { headers, signal });
      if (!response.ok || !response.body) throw await problemError(response);
      for await (const { event, data, id } of parseEvents(response.body)) {
        backoff.reset();
        if (id !== "") after = id;
        if (event === "verdict") yield { kind: "verdict", event: JSON.parse(data) };
        if (event === "missed") yield { kind: "missed", missed: JSON.parse(data) };
      }
      if (signal.aborted) return;
      await retry(new TypeError("The server ended the events"));
    } catch (error) {
      if (signal.aborted) return;
      await retry(error);
    }
  }

  /** @throws the error when there is no further attempt. */
  async function retry(error: unknown): Promise<void> {
    const final = error instanceof ProblemError && error.status < 500;
    const waitMs = final ? undefined : backoff.next();
    if (waitMs === undefined) throw error;
    await pause(waitMs, signal).catch(() => {});
  }
}
