// The server's side of one WebSocket (RFC 6455), from the answer to its handshake to its end. Knows no HTTP
// and nothing of what the messages mean.

import { createPieceWriter, type PieceWriterOptions } from "../door/piece_writer.ts";
import type { Side } from "../door/side.ts";
import { createMessageReader, type Message } from "./message_reader.ts";
import {
  answerClose,
  encodeAnswer,
  encodeClose,
  encodeFrame,
  GOING_AWAY,
  type Handshake,
  OPCODES,
} from "./protocol.ts";

export type { Message } from "./message_reader.ts";

/** What the app has of a WebSocket. */
export interface ServerSocket {
  /** False once either side has said its close, or the connection broke. */
  readonly open: boolean;
  /** Bytes that are sent and not yet on their way. */
  readonly bufferedBytes: number;
  /** Sends a text or binary message while it is open. */
  send(data: string | Uint8Array): void;
  /** Says a close, after what was sent. @param reason at most 123 bytes. */
  close(code: number, reason: string): void;
  /** Several may listen. A binary message is the listener's, who gives it back. */
  listen(ears: Ears): void;
}

export interface Ears {
  message?(data: string | Message): void;
  /** Called once: the client has said its close or broken the rules, or the connection ended. */
  closed?(): void;
}

export interface WebSocketOptions extends PieceWriterOptions {
  readonly handshake: Handshake;
  /** What is being read from the client already. */
  readonly first: Promise<Uint8Array | undefined>;
  readonly maxMessageBytes: number;
  /** As in the options of the reader. */
  readonly plainBytes: number;
}

export interface OpenWebSocket {
  readonly socket: ServerSocket;
  /** The connection is cut: ends all waits. */
  stop(): void;
}

/** Small: of a large frame only the beginning is read here, and copied; the rest goes where it belongs. */
const READ_BYTES = 4096;
/** After so many frames that came at once, others have a turn: a flood of small ones would keep the thread to itself. */
const FRAMES_A_TURN = 64;
/** A client that says nothing for this long is pinged, and given up after as long again. */
const QUIET_MS = 15_000;
/** For a client to answer a close and to end the connection (section 7.1.1). */
const CLOSE_MS = 2000;

/** @param side nobody else writes to it or reads from it. */
export function openWebSocket(side: Side, options: WebSocketOptions): OpenWebSocket {
  const { clock, cut, maxMessageBytes, plainBytes } = options;
  const ears: Ears[] = [];
  const writer = createPieceWriter(side, options);
  let open = true;
  let told = false;
  /** What still comes is read and thrown away: bytes that nobody reads would take the last answer with them. */
  let deaf = false;
  let written = Promise.resolve();
  let bufferedBytes = 0;
  let quiet = 0;
  let pong: Uint8Array | undefined;
  let cancelEnd: (() => void) | undefined;
  let cancelQuiet = clock.after(QUIET_MS, onQuiet);

  const reader = createMessageReader({
    ...{ maxMessageBytes, plainBytes },
    text: (text) => hear(text),
    binary: (message) => open ? hear(message) : message.giveBack(),
    control(opcode, payload) {
      if (opcode === OPCODES.close) onClose(payload);
      if (opcode === OPCODES.ping) onPing(payload);
    },
  });

  function hear(data: string | Message): void {
    if (open) { for (const { message } of ears) message?.(data); }
  }

  /** Writes in the order of the calls. */
  function put(bytes: Uint8Array): Promise<void> {
    bufferedBytes += bytes.length;
    written = written.then(() => writer.write(bytes)).then(() => {
      bufferedBytes -= bytes.length;
    });
    written.catch(cut);
    return written;
  }

  /** Of pings that come faster than pongs go out, the newest is answered (section 5.5.3). */
  function onPing(payload: Uint8Array): void {
    const waits = pong !== undefined;
    pong = payload;
    if (waits || !open) return;
    const answer = () => {
      const bytes = encodeFrame(OPCODES.pong, pong!);
      pong = undefined;
      return bytes;
    };
    written = written.then(() => writer.write(answer()));
    written.catch(cut);
  }

  function onQuiet(): void {
    cancelQuiet = clock.after(QUIET_MS, onQuiet);
    quiet++;
    if (quiet === 2) put(encodeFrame(OPCODES.ping, new Uint8Array()));
    if (quiet > 2) fail(encodeClose(GOING_AWAY, "no answer to a ping"));
  }

  function onClose(payload: Uint8Array): void {
    if (open) fail(answerClose(payload));
    else finish();
  }

  /** The last word. */
  function say(goodbye: Uint8Array): void {
    if (!open) return;
    open = false;
    cancelQuiet();
    put(goodbye);
    cancelEnd = clock.after(CLOSE_MS, cut);
  }

  /** Nothing that the client says counts any more. */
  function finish(): void {
    if (deaf) return;
    deaf = true;
    written.then(() => side.end()).catch(cut);
    tell();
  }

  function fail(goodbye: Uint8Array): void {
    say(goodbye);
    finish();
  }

  function tell(): void {
    if (told) return;
    told = true;
    for (const { closed } of ears) closed?.();
  }

  async function take(bytes: Uint8Array): Promise<void> {
    for (let at = 0, frames = 1; at < bytes.length && !deaf; frames++) {
      if (frames % FRAMES_A_TURN === 0) await new Promise<void>((go) => clock.after(0, go));
      const { next, code } = reader.read(bytes, at);
      if (code !== undefined) fail(encodeClose(code));
      at = next;
    }
  }

  async function readAll(): Promise<void> {
    const beginning = new Uint8Array(READ_BYTES);
    let bytes = await options.first;
    while (bytes !== undefined) {
      quiet = 0;
      await take(bytes);
      bytes = await side.read((deaf ? undefined : reader.room()) ?? beginning);
    }
    if (!open) await written;
    cut();
  }
  put(encodeAnswer(options.handshake));
  readAll().catch(cut);

  return {
    socket: {
      get open() {
        return open;
      },
      get bufferedBytes() {
        return bufferedBytes;
      },
      send(data) {
        if (!open) return;
        if (typeof data !== "string") put(encodeFrame(OPCODES.binary, data));
        else put(encodeFrame(OPCODES.text, new TextEncoder().encode(data)));
      },
      close: (code, reason) => say(encodeClose(code, reason)),
      listen: (more) => void ears.push(more),
    },
    stop() {
      open = false;
      deaf = true;
      writer.stop();
      cancelQuiet();
      cancelEnd?.();
      tell();
    },
  };
}
