import { assert, assertEquals, assertRejects } from "@std/assert";
import { createServer, type Socket } from "node:net";
import { plainSide, type Side, socketSide } from "../../../runtime/door/side.ts";

/** A side of each kind, and the peer as Deno's connection. */
const KINDS: Record<string, () => Promise<{ side: Side; peer: Deno.TcpConn; end(): void }>> = {
  async "plainSide()"() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = listener.accept();
    const peer = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
    return { side: plainSide(await accepted), peer, end() {} };
  },
  async "socketSide()"() {
    const { promise, resolve } = Promise.withResolvers<Socket>();
    const server = createServer({ allowHalfOpen: true }, resolve);
    await new Promise<void>((listens) => server.listen(0, "127.0.0.1", listens));
    const { port } = server.address() as { port: number };
    const peer = await Deno.connect({ hostname: "127.0.0.1", port });
    return { side: socketSide(await promise), peer, end: () => void server.close() };
  },
};

async function readToEnd(peer: Deno.TcpConn): Promise<number[]> {
  const all: number[] = [];
  const chunk = new Uint8Array(65536);
  for (let got; (got = await peer.read(chunk)) !== null;) all.push(...chunk.subarray(0, got));
  return all;
}

for (const [name, open] of Object.entries(KINDS)) {
  Deno.test(`${name} reads what comes until the end, and writes after it`, async () => {
    const { side, peer, end } = await open();
    using _peer = peer;
    assertEquals(side.address, "127.0.0.1");
    const sent = Uint8Array.from({ length: 500_000 }, (_, at) => at % 251);
    const writing = (async () => {
      for (let at = 0; at < sent.length;) at += await peer.write(sent.subarray(at));
      await peer.closeWrite();
    })();
    let at = 0;
    for (let bytes; (bytes = await side.read()) !== undefined; at += bytes.length) {
      assert(bytes.every((byte, index) => byte === (at + index) % 251), `wrong after ${at}`);
    }
    await writing;
    assertEquals(at, sent.length);
    await side.write(Uint8Array.of(1, 2));
    await side.end();
    assertEquals(await readToEnd(peer), [1, 2]);
    side.destroy();
    end();
  });

  Deno.test(`${name} writes in the order of the calls, and ends after them`, async () => {
    const { side, peer, end } = await open();
    using _peer = peer;
    const size = 3_000_000; // more than the system takes at once
    const done = Promise.all([
      side.write(new Uint8Array(size).fill(1)),
      side.write(new Uint8Array(size).fill(2)),
      side.end(),
    ]);
    const chunk = new Uint8Array(65536);
    let all = 0;
    for (let got; (got = await peer.read(chunk)) !== null; all += got) {
      const at = all;
      assert(chunk.subarray(0, got).every((byte, index) => byte === (at + index < size ? 1 : 2)));
    }
    await done;
    assertEquals(all, 2 * size);
    side.destroy();
    end();
  });

  Deno.test(`${name} destroy() ends what waits, and may come twice`, async () => {
    const { side, peer, end } = await open();
    using _peer = peer;
    const reading = assertRejects(() => side.read());
    side.destroy();
    side.destroy();
    await reading;
    await assertRejects(() => side.write(new Uint8Array(1)));
    assertEquals(await readToEnd(peer).catch(() => "cut"), []);
    end();
  });

  Deno.test(`${name} destroy() ends a write that the peer does not take`, async () => {
    const { side, peer, end } = await open();
    using _peer = peer;
    const writing = assertRejects(() => side.write(new Uint8Array(30_000_000)));
    await new Promise((resolve) => setTimeout(resolve, 50)); // until the system takes no more
    side.destroy();
    await writing;
    const chunk = new Uint8Array(1 << 20);
    let taken = 0;
    const whole = (async () => {
      for (let got; (got = await peer.read(chunk)) !== null; taken += got);
    })();
    await whole.catch(() => {}); // a reset is an end, too
    assert(taken < 30_000_000, `${taken} bytes`);
    end();
  });
}

Deno.test("plainSide() reads into one buffer, a larger one for who sends much", async () => {
  const { side, peer } = await KINDS["plainSide()"]!();
  using _peer = peer;
  const read = async () => (await side.read())!.buffer;
  await peer.write(new Uint8Array(10));
  const first = await read();
  await peer.write(new Uint8Array(10));
  assertEquals(await read() === first, true);
  const writing = peer.write(new Uint8Array(200_000));
  let largest = 0;
  for (let left = 200_000; left > 0;) {
    const bytes = (await side.read())!;
    [largest, left] = [Math.max(largest, bytes.length), left - bytes.length];
  }
  await writing;
  assert(largest > first.byteLength && largest <= 256 * 1024, `${largest} bytes`);
  side.destroy();
});

Deno.test("socketSide() frees what was read when the next is asked for", async () => {
  const { side, peer, end } = await KINDS["socketSide()"]!();
  await peer.write(new Uint8Array(100));
  const { buffer } = (await side.read())!;
  assertEquals(buffer.byteLength, 100);
  peer.close();
  assertEquals(await side.read(), undefined);
  assertEquals(buffer.byteLength, 0);
  side.destroy();
  end();
});
