// The WebSocket of one stream: hello within its time, frames to the session, bounded unread replies, one
// orderly end. Everything about frames is in session.ts.

import type { Logger } from "../log/logger.ts";
import { eventOfReply } from "../metrics/frame_events.ts";
import type { Observer } from "../metrics/observer.ts";
import type { Message, ServerSocket } from "../websocket/web_socket.ts";
import type { ModelTable } from "../server/model_service.ts";
import { frameSample, type ModelStatistics } from "../server/model_statistics.ts";
import { formatCounters } from "./accounting.ts";
import { CLOSE_CODES, type CloseName, closeReason } from "./close_codes.ts";
import type { Clock } from "./clock.ts";
import type { Events } from "./events.ts";
import { type Hello, HelloError, MAX_TEXT, parseHello } from "./hello.ts";
import type { StreamLimits } from "./limits.ts";
import { decodeFrame, ProtocolError, SUBPROTOCOL } from "./protocol.ts";
import { encodeReply } from "./reply_protocol.ts";
import { createSession, type Session } from "./session.ts";
import type { OpenStream, StreamTable } from "./streams.ts";
import type { Views } from "./views.ts";

export interface ConnectionDeps {
  readonly models: ModelTable;
  readonly streams: StreamTable;
  readonly views: Views;
  readonly events: Events;
  readonly statistics: ModelStatistics;
  readonly limits: StreamLimits;
  readonly clock: Clock;
  readonly log: Logger;
  readonly observer: Observer;
  /** For each further frame: 0, or the ms to wait. */
  frameBudget(): number;
}

/** What the server holds of a socket until it is closed. */
export interface Connection {
  /** Answers what is in flight, says bye and closes as "goingAway". */
  stop(): Promise<void>;
  /** Closes at once; what is in flight is dropped. */
  end(name: CloseName, reason: string): void;
}

/** Serves one stream on a socket that has just been accepted. */
export function acceptStream(socket: ServerSocket, deps: ConnectionDeps): Connection {
  const { models, streams, views, events, statistics, limits, clock, log } = deps;
  const { observer, frameBudget } = deps;
  let open: { stream: OpenStream; session: Session } | undefined;
  let ended = false;
  let cancelTimer = clock.after(
    limits.helloMs,
    () => end("helloTimeout", `no hello within ${limits.helloMs} ms`),
  );

  function send(data: string | Uint8Array<ArrayBuffer>): void {
    if (!ended) socket.send(data);
  }

  /** Ends the stream once, whoever comes first: the client, the server or the network. */
  function end(name: CloseName, reason: string): void {
    if (ended) return;
    ended = true;
    cancelTimer();
    socket.close(CLOSE_CODES[name], closeReason(reason));
    if (!open) return log(`stream refused: ${reason}`);
    open.session.abandon();
    streams.delete(open.stream);
    log(
      `stream "${open.stream.name}" ended (${reason}): ${formatCounters(open.session.counters())}`,
    );
  }

  /** Lets in-flight frames finish, within a limit, then says bye with the final counters. */
  async function finish(name: CloseName, reason: string): Promise<void> {
    if (!open || ended) return end(name, reason);
    cancelTimer();
    const late = new Promise<void>((resolve) => cancelTimer = clock.after(limits.drainMs, resolve));
    await Promise.race([open.session.drain(), late]);
    open.session.abandon(); // what is still open is told as dropped
    send(JSON.stringify({ type: "bye", reason, counters: open.session.counters() }));
    end(name, reason);
  }

  let stalling = false;
  function congested(): boolean {
    if (socket.bufferedBytes <= limits.maxBufferedBytes) return false;
    const stalled = () =>
      end("stalledReader", `${socket.bufferedBytes} bytes of replies are unread`);
    if (socket.bufferedBytes > 2 * limits.maxBufferedBytes) stalled();
    else if (!stalling) {
      stalling = true;
      cancelTimer = clock.after(limits.stalledMs, () => {
        stalling = false;
        if (socket.bufferedBytes > limits.maxBufferedBytes) stalled();
      });
    }
    return true;
  }

  function welcome(hello: Hello): void {
    const service = models.find(hello.model, hello.version);
    if (!service) {
      const version = hello.version ? ` ${hello.version}` : "";
      throw new HelloError("noSuchModel", `there is no model "${hello.model}"${version}`);
    }
    if (service.state() !== "ready") {
      throw new HelloError("notReady", `model "${hello.model}" is ${service.state()}`);
    }
    if (streams.size >= limits.maxStreams) {
      throw new HelloError("tooManyStreams", `${limits.maxStreams} streams are open, the limit`);
    }
    const name = hello.stream ?? streams.freeName();
    if (streams.get(name)) throw new HelloError("streamTaken", `stream "${name}" is open already`);

    const { policy, depth, priority, deadlineMs } = hello;
    const session = createSession({
      ...{ name, service, deadlineMs, views, clock, log, congested, frameBudget },
      source: { policy, depth, priority, maxBytes: limits.maxQueuedBytes },
      want: { mask: hello.want.includes("mask"), map: hello.want.includes("map") },
      limits: { maxBytes: limits.maxFrameBytes, maxPixels: limits.maxPixels },
      send(reply, { name: model, version }) {
        const by = { name: model, version };
        send(encodeReply(reply));
        events.publish(name, by, reply);
        observer.onFrame?.(eventOfReply(name, by, reply));
        if (reply.outcome === "done") {
          statistics.succeeded(by, frameSample(reply.times, reply.times));
        }
        if (reply.outcome === "failed") statistics.failed(by, 0);
      },
    });
    const stream: OpenStream = {
      name,
      get model() {
        const { name, version } = service.card; // a swap may change the version
        return { name, version };
      },
      ...{ policy, depth, priority, deadlineMs },
      waiting: () => session.waiting,
      counters: session.counters,
    };
    streams.add(stream);
    open = { stream, session };
    cancelTimer();
    const { maxFrameBytes, maxPixels, maxBufferedBytes } = limits;
    send(JSON.stringify({
      ...{ type: "welcome", protocol: SUBPROTOCOL, stream: name, model: service.describe() },
      ...{ policy, depth, priority, deadlineMs },
      limits: { maxFrameBytes, maxPixels, maxBufferedBytes },
    }));
    log(`stream "${name}" opened on ${stream.model.name} ${stream.model.version}`);
  }

  function onMessage(data: string | Message): void {
    if (ended) return;
    if (!open) return welcome(parseHello(data));
    if (typeof data === "string") {
      if (data.length > MAX_TEXT || !isBye(data)) {
        throw new ProtocolError("after the hello, text must be a bye");
      }
      finish("normal", "bye");
      return;
    }
    const message = decodeFrame(data.bytes);
    const { length } = message.bytes; // the session may give the bytes back at once
    open.session.frame(message, data);
    if (length > limits.maxFrameBytes) {
      end("frameTooLarge", `a frame has ${length} bytes, the limit is ${limits.maxFrameBytes}`);
    }
  }

  socket.listen({
    message(data) {
      try {
        onMessage(data);
      } catch (error) {
        if (error instanceof HelloError) return end(error.close, error.message);
        if (error instanceof ProtocolError) return end("protocolViolation", error.message);
        log.error(`stream failed: ${error instanceof Error ? error.stack : error}`);
        end("internal", "internal error");
      }
    },
    closed: () => end("normal", "the client left"),
  });
  return { stop: () => finish("goingAway", "the server stops"), end };
}

function isBye(text: string): boolean {
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type === "bye";
  } catch {
    return false;
  }
}
