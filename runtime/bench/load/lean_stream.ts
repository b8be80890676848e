// One stream of the load: frames that are masked already go up, and of a reply only its header is read.

import { socketUrl } from "../../client/socket.ts";
import { within } from "../../server/within.ts";
import { type Counters, type Outcome, OUTCOMES } from "../../stream/accounting.ts";
import { readHeader, SUBPROTOCOL } from "../../stream/protocol.ts";
import { openLeanSocket } from "./lean_socket.ts";
import { type MaskedFrame, maskMessage, OPCODES } from "./masked.ts";

export interface LeanReply {
  readonly outcome: Outcome;
  /** When the frame was handed in, by performance.now(). */
  readonly sentMs: number;
}

export interface LeanStream {
  /** Rejects when the stream ends before the reply. */
  send(frame: MaskedFrame): Promise<LeanReply>;
  /** When all is answered. @returns the server's last word. */
  close(): Promise<Counters | undefined>;
}

interface Waiting {
  readonly sentMs: number;
  resolve(reply: LeanReply): void;
  reject(error: unknown): void;
}

const text = (message: object) =>
  maskMessage(OPCODES.text, new TextEncoder().encode(JSON.stringify(message)));

const OPEN_MS = 10_000;

interface Hello {
  readonly model: string;
  readonly policy: "latest" | "queue";
}

/** @throws {Error} when the server refuses the hello, as it says why, or does not answer. */
export async function openLeanStream(server: string, hello: Hello): Promise<LeanStream> {
  const opening = open(server, hello);
  if (await within(OPEN_MS, opening)) return await opening;
  throw new Error(`The server did not welcome a stream in ${OPEN_MS} ms`);
}

async function open(server: string, hello: Hello): Promise<LeanStream> {
  const waiting = new Map<number, Waiting>();
  const welcomed = Promise.withResolvers<void>();
  welcomed.promise.catch(() => {}); // the hello may fail first
  let sequence = 0;
  let told: Counters | undefined;

  function onMessage(opcode: number, payload: Uint8Array<ArrayBuffer>): void {
    if (opcode === OPCODES.text) {
      const message = JSON.parse(new TextDecoder().decode(payload)) as { counters?: Counters };
      told = message.counters;
      return welcomed.resolve();
    }
    const header = readHeader("reply", payload);
    const number = header.getUint32(4, true);
    const frame = waiting.get(number);
    if (frame === undefined) throw new Error(`Frame ${number} was answered twice, or never sent`);
    waiting.delete(number);
    frame.resolve({ outcome: OUTCOMES[header.getUint8(2)]!, sentMs: frame.sentMs });
  }

  const socket = await openLeanSocket(socketUrl(server, "/v1/stream"), {
    ...{ protocol: SUBPROTOCOL, onMessage },
  });
  function fail(error: unknown): void {
    welcomed.reject(error);
    for (const { reject } of waiting.values()) reject(error);
  }
  socket.closed.then(({ code, reason }) => fail(new Error(`closed as ${code}: ${reason}`)), fail);
  await socket.write(text({ type: "hello", protocol: SUBPROTOCOL, ...hello }));
  await welcomed.promise;
  return {
    send(frame) {
      const { promise, ...settle } = Promise.withResolvers<LeanReply>();
      const stamp = { sequence: sequence++, capturedMs: performance.now() };
      waiting.set(stamp.sequence, { sentMs: stamp.capturedMs, ...settle });
      frame.send(stamp, socket.write).catch(settle.reject);
      return promise;
    },
    async close() {
      await socket.write(text({ type: "bye" }));
      await socket.closed;
      return told;
    },
  };
}
