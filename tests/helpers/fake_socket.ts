// A WebSocket without a network: what the server sends and how it closes is kept for the test.

import type { StreamSocket } from "../../runtime/stream/connection.ts";
import { decodeReply, type StreamReply } from "../../runtime/stream/reply_protocol.ts";

export interface FakeSocket extends StreamSocket {
  bufferedAmount: number;
  readonly sent: (string | Uint8Array<ArrayBuffer>)[];
  readonly closes: { code: number; reason: string }[];
  /** A message from the client. */
  /** @returns what the listener got: the bytes in a buffer of their own. */
  receive(data: string | Uint8Array<ArrayBuffer>): string | ArrayBuffer;
  /** The network closes: may come more than once. */
  drop(): void;
  texts(): Record<string, unknown>[];
  replies(): StreamReply[];
}

export function fakeSocket(): FakeSocket {
  const events = new EventTarget();
  let readyState: StreamSocket["readyState"] = WebSocket.OPEN;
  const socket: FakeSocket = {
    addEventListener: events.addEventListener.bind(events),
    binaryType: "blob",
    bufferedAmount: 0,
    get readyState() {
      return readyState;
    },
    sent: [],
    closes: [],
    send(data) {
      if (readyState !== WebSocket.OPEN) throw new Error("send on a socket that is not open");
      socket.sent.push(data as string | Uint8Array<ArrayBuffer>);
    },
    close(code = 1005, reason = "") {
      readyState = WebSocket.CLOSING;
      socket.closes.push({ code, reason });
    },
    receive(data) {
      const sent = typeof data === "string" ? data : data.slice().buffer;
      events.dispatchEvent(new MessageEvent("message", { data: sent }));
      return sent;
    },
    drop() {
      readyState = WebSocket.CLOSED;
      events.dispatchEvent(new Event("error"));
      events.dispatchEvent(new Event("close"));
    },
    texts: () => socket.sent.filter((data) => typeof data === "string").map((t) => JSON.parse(t)),
    replies: () => socket.sent.filter((data) => typeof data !== "string").map(decodeReply),
  };
  return socket;
}
