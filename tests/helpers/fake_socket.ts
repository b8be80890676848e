// A WebSocket without a network: what the server sends and how it closes is kept for the test.

import { release } from "../../runtime/release.ts";
import { decodeReply, type StreamReply } from "../../runtime/stream/reply_protocol.ts";
import type { Ears, Message, ServerSocket } from "../../runtime/websocket/web_socket.ts";

/** A message as the server got it. */
export interface FakeMessage extends Message {
  /** What was done with it, in order. */
  readonly done: ("unmask" | "giveBack")[];
}

export interface FakeSocket extends ServerSocket {
  bufferedBytes: number;
  readonly sent: (string | Uint8Array<ArrayBuffer>)[];
  readonly closes: { code: number; reason: string }[];
  /** A message from the client. @returns what the listener got of bytes: those in a buffer of their own. */
  receive(data: string | Uint8Array<ArrayBuffer>): FakeMessage;
  /** The network closes: may come more than once. */
  drop(): void;
  texts(): Record<string, unknown>[];
  replies(): StreamReply[];
}

export function fakeSocket(): FakeSocket {
  const listeners: Ears[] = [];
  let open = true;
  const socket: FakeSocket = {
    listen: (ears) => void listeners.push(ears),
    bufferedBytes: 0,
    get open() {
      return open;
    },
    sent: [],
    closes: [],
    send(data) {
      if (open) socket.sent.push(data as string | Uint8Array<ArrayBuffer>);
    },
    close(code, reason) {
      if (open) socket.closes.push({ code, reason });
      open = false;
    },
    receive(data) {
      const done: FakeMessage["done"] = [];
      const message: FakeMessage = {
        ...{ bytes: typeof data === "string" ? new Uint8Array() : data.slice(), done },
        unmask: () => void done.push("unmask"),
        giveBack(buffer = message.bytes.buffer) {
          done.push("giveBack");
          release(buffer);
        },
      };
      for (const ears of listeners) ears.message?.(typeof data === "string" ? data : message);
      return message;
    },
    drop() {
      open = false;
      for (const { closed } of listeners) closed?.();
    },
    texts: () => socket.sent.filter((data) => typeof data === "string").map((t) => JSON.parse(t)),
    replies: () => socket.sent.filter((data) => typeof data !== "string").map(decodeReply),
  };
  return socket;
}
