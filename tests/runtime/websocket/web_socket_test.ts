import { assertEquals } from "@std/assert";
import { encodeClose, encodeFrame } from "../../../runtime/websocket/protocol.ts";
import { openWebSocket } from "../../../runtime/websocket/web_socket.ts";
import { fakeClock } from "../../helpers/fake_clock.ts";
import { fakeSide } from "../../helpers/fake_side.ts";
import { OPCODES, type RawFrame, rawFrame } from "../../helpers/raw_socket.ts";

const { text, binary, close, ping, pong } = OPCODES;
const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
const bytes = (said: string) => new TextEncoder().encode(said);

/** A socket after its handshake. */
async function opened() {
  const [clock, peer] = [fakeClock(), fakeSide()];
  let cuts = 0;
  const first = Promise.withResolvers<Uint8Array | undefined>();
  const { socket, stop } = openWebSocket(peer.side, {
    ...{ handshake: { key: "k", protocol: "p" }, first: first.promise },
    ...{ maxMessageBytes: 1000, plainBytes: 4, readMs: 500, clock },
    cut() {
      cuts++;
      stop();
    },
  });
  const heard: string[] = [];
  let closed = 0;
  socket.listen({
    message(data) {
      if (typeof data !== "string") data.unmask();
      heard.push(typeof data === "string" ? data : `${data.bytes}`);
    },
  });
  socket.listen({ closed: () => void closed++ });
  await settled();
  const answer = new TextDecoder().decode(new Uint8Array(peer.got.splice(0)));
  async function say(...frames: RawFrame[]) {
    peer.say(...frames.flatMap((frame) => [...rawFrame(frame)]));
    await settled();
  }
  return {
    ...{ clock, peer, socket, heard, answer, first, say, stop },
    closed: () => closed,
    cuts: () => cuts,
    /** From its first bytes on it reads from the side. */
    begin: () => first.resolve(rawFrame({ opcode: text, payload: "first" })),
    said: () => peer.got.splice(0),
  };
}

async function talking() {
  const stood = await opened();
  stood.begin();
  await settled();
  return stood;
}

Deno.test("openWebSocket() answers the handshake and hears from the first bytes on", async () => {
  const { answer, heard, begin, say } = await opened();
  assertEquals(answer.startsWith("HTTP/1.1 101 "), true);
  assertEquals(answer.includes("\r\nSec-WebSocket-Protocol: p\r\n"), true);
  begin();
  await settled();
  await say({ opcode: binary, payload: new Uint8Array([5, 6, 7, 8, 9]) });
  assertEquals(heard, ["first", "5,6,7,8,9"]);
});

Deno.test("openWebSocket() sends text and bytes in order, and counts what is not taken", async () => {
  const { peer, socket, said } = await talking();
  peer.block();
  socket.send("ab");
  socket.send(new Uint8Array([1]));
  await settled();
  assertEquals(socket.bufferedBytes, 7);
  peer.take();
  await settled();
  assertEquals(said(), [...encodeFrame(text, bytes("ab")), ...encodeFrame(binary, bytes("\x01"))]);
  assertEquals(socket.bufferedBytes, 0);
});

Deno.test("openWebSocket() answers pings, of a flood the newest", async () => {
  const { peer, say, said } = await talking();
  await say({ opcode: ping, payload: "a" });
  assertEquals(said(), [...encodeFrame(pong, bytes("a"))]);
  peer.block();
  await say({ opcode: ping, payload: "b" });
  await say(...["c", "d", "e"].map((payload) => ({ opcode: ping, payload })));
  peer.take();
  await settled();
  assertEquals(said(), [...encodeFrame(pong, bytes("b")), ...encodeFrame(pong, bytes("e"))]);
});

Deno.test("openWebSocket() gives others a turn between many frames that came at once", async () => {
  const { clock, say, heard } = await talking();
  await say(...Array.from({ length: 150 }, () => ({ opcode: text, payload: "x" })));
  const counts = [heard.length];
  for (let turn = 0; turn < 2; turn++) {
    clock.advance(0);
    await settled();
    counts.push(heard.length);
  }
  assertEquals(counts, [64, 128, 151]); // one was there before
});

Deno.test("openWebSocket() answers a close, tells once, ends its side, and cuts in time", async () => {
  const { clock, peer, socket, say, said, heard, closed, cuts } = await talking();
  await say(
    { opcode: close, payload: new Uint8Array([3, 232]) },
    { opcode: text, payload: "too late" },
  );
  assertEquals(said(), [...encodeClose(1000)]);
  assertEquals([socket.open, closed(), peer.look().ended, cuts()], [false, 1, true, 0]);
  socket.send("too late");
  await say({ opcode: 3 });
  assertEquals([said(), heard], [[], ["first"]]);
  clock.advance(1999);
  assertEquals(cuts(), 0);
  clock.advance(1);
  assertEquals([cuts(), closed(), clock.pending], [1, 1, 0]);
});

Deno.test("openWebSocket() close() is heard after what was sent, and waits for the client's", async () => {
  const { socket, peer, say, said, heard, closed, cuts } = await talking();
  socket.send("last");
  socket.close(4001, "why");
  socket.close(4002, "again");
  await settled();
  assertEquals(said(), [...encodeFrame(text, bytes("last")), ...encodeClose(4001, "why")]);
  await say({ opcode: text, payload: "unheard" });
  assertEquals([heard, closed(), peer.look().ended], [["first"], 0, false]);
  await say({ opcode: close, payload: new Uint8Array([15, 161]) });
  assertEquals([said(), closed(), peer.look().ended, cuts()], [[], 1, true, 0]);
  peer.hangUp();
  await settled();
  assertEquals(cuts(), 1);
});

Deno.test("openWebSocket() closes on what is not in order, and hears nothing more", async () => {
  const { clock, peer, say, said, heard, closed, cuts } = await talking();
  await say({ opcode: binary, masked: false, payload: "ab" });
  assertEquals([said(), closed(), peer.look().ended], [[...encodeClose(1002)], 1, true]);
  await say({ opcode: text, payload: "more" });
  assertEquals([said(), heard], [[], ["first"]]);
  clock.advance(2000);
  assertEquals(cuts(), 1);
});

Deno.test("openWebSocket() lets a client have the last word that it did not wait for", async () => {
  const { peer, say, said, cuts } = await talking();
  peer.block();
  await say({ opcode: close });
  peer.hangUp();
  await settled();
  assertEquals(cuts(), 0);
  peer.take();
  await settled();
  assertEquals([said(), cuts()], [[0x88, 0], 1]);
});

Deno.test("openWebSocket() pings a silent client, and gives up one that stays so", async () => {
  const { clock, say, said, closed, cuts } = await talking();
  const pinged = [...encodeFrame(ping, new Uint8Array())];
  const pass = async () => {
    clock.advance(15_000);
    await settled();
    return said();
  };
  assertEquals([await pass(), await pass()], [[], pinged]);
  await say({ opcode: pong });
  assertEquals([await pass(), await pass()], [[], pinged]);
  assertEquals([await pass(), closed()], [[...encodeClose(1001, "no answer to a ping")], 1]);
  clock.advance(2000);
  assertEquals([cuts(), clock.pending], [1, 0]);
});

Deno.test("openWebSocket() cuts a client that leaves, breaks, or does not read", async () => {
  const ways: ((stood: Awaited<ReturnType<typeof talking>>) => void)[] = [
    ({ peer }) => peer.hangUp(),
    ({ peer }) => peer.breakDown(),
    ({ peer, socket, clock }) => {
      peer.block();
      socket.send("unread");
      queueMicrotask(() => queueMicrotask(() => clock.advance(500)));
    },
    ({ peer, socket }) => {
      peer.side.write = () => Promise.reject(new Error("broken pipe"));
      socket.send("lost");
    },
  ];
  for (const way of ways) {
    const stood = await talking();
    way(stood);
    await settled();
    assertEquals([stood.cuts() > 0, stood.closed(), stood.clock.pending], [true, 1, 0], `${way}`);
  }
});
