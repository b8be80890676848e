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
  /** Longest silence, in ms, then it connects again; the server says something every 15 s. @default {40000} */
  readonly silenceMs?: number;
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
  const { stream, token, signal = new AbortController().signal, silenceMs = 40_000 } = options;
  const path = stream === undefined
    ? "/v1/events"
    : `/v1/streams/${encodeURIComponent(stream)}/events`;
  const url = new URL(path, server);
  const backoff = createBackoff(options.backoff);
  let after = options.after;
  const onId = (id: string) => {
    if (id !== "") after = id;
  };
  while (!signal.aborted) {
    // The caller's signal may outlive many connections: what listens ends with its own connection.
    const connection = new AbortController();
    try {
      const headers = {
        ...(after === undefined ? {} : { "last-event-id": after }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      };
      const body = await openEvents(url, headers, connection);
      backoff.opened();
      for await (const { event, data } of parseEvents(limitSilence(body, silenceMs), onId)) {
        backoff.reset();
        if (event === "verdict") yield { kind: "verdict", event: JSON.parse(data) };
        if (event === "missed") yield { kind: "missed", missed: JSON.parse(data) };
      }
      throw new TypeError("The server ended the events");
    } catch (error) {
      if (signal.aborted) return;
      await retry(error);
    } finally {
      connection.abort();
    }
  }

  async function openEvents(
    url: URL,
    headers: Record<string, string>,
    connection: AbortController,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const timer = setTimeout(() => connection.abort(silence(silenceMs)), silenceMs);
    try {
      const limit = AbortSignal.any([signal, connection.signal]);
      const response = await fetch(url, { headers, signal: limit });
      if (!response.ok || !response.body) throw await problemError(response);
      return response.body;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws the error when there is no further attempt. */
  async function retry(error: unknown): Promise<void> {
    const problem = error instanceof ProblemError ? error : undefined;
    const waitMs = problem === undefined || isRetried(problem.status) ? backoff.next() : undefined;
    if (waitMs === undefined) throw error;
    await pause(Math.max(waitMs, problem?.retryAfterMs ?? 0), signal).catch(() => {});
  }
}

/** Whether another attempt may do better: the server failed, waited too long (408) or is asked too often (429). */
function isRetried(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

/** The same bytes. A server without power ends nothing: no byte for too long is its end. */
function limitSilence(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  silenceMs: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  return new ReadableStream({
    // Only while a read waits: who takes events slowly does not make the server silent.
    async pull(controller) {
      let isSilent = false;
      const timer = setTimeout(() => {
        isSilent = true;
        reader.cancel().catch(() => {});
      }, silenceMs);
      try {
        const { done, value } = await reader.read();
        if (isSilent) throw silence(silenceMs);
        if (done) controller.close();
        else controller.enqueue(value);
      } finally {
        clearTimeout(timer);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  }, { highWaterMark: 0 });
}

function silence(silenceMs: number): TypeError {
  return new TypeError(`The server has said nothing for ${silenceMs} ms`);
}
