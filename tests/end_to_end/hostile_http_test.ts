// HTTP that breaks RFC 9112 or the limits, byte by byte, beside a stream that must not notice.

import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { MAX_FRAME_BYTES, startHostile } from "../helpers/hostile_server.ts";
import { connectRaw, statusesOf } from "../helpers/raw_connection.ts";

const MiB = 2 ** 20;
/** Growth of the resident size that a hostile connection may cause: the heap grows in steps. */
const MAX_GROWTH = 96 * MiB;

const GET = "GET /healthz HTTP/1.1\r\nHost: a\r\n";
const POST = "POST /v1/models/tiny/segment HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\n";
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`;
const END = "Connection: close\r\n";

Deno.test("the server survives hostile HTTP, and the others do not notice", async (t) => {
  await using server = await startHostile();
  const { url } = server;

  /** Sends the parts, and expects these answers before the end; nothing is left afterwards. */
  const attack = (name: string, parts: readonly string[], allowed: readonly number[][]) =>
    t.step(name, async () => {
      const before = await server.residentBytes();
      const statuses = await statusesOf(url, ...parts);
      assert(
        allowed.some((expected) => JSON.stringify(expected) === JSON.stringify(statuses)),
        `it was answered ${JSON.stringify(statuses)}`,
      );
      const growth = await server.residentBytes() - before;
      assert(growth < MAX_GROWTH, `the server grew by ${(growth / MiB).toFixed()} MiB`);
      await server.check();
      await server.alone();
    });

  const cut: number[][] = [[]];
  const refused = [[400], ...cut];

  await attack("nothing at all is cut", [], cut);
  await attack("garbage is refused", ["\x00\x01\xff garbage \r\n\r\n\r\n"], refused);
  await attack("the hello of TLS is refused", ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"], [
    ...refused,
  ]);
  await attack("HTTP/2 without being asked is refused", [
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
  ], [...refused, [505]]);
  await attack("a request line of 1 MB is refused", [
    `GET /${"a".repeat(1e6)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  ], [[414], [431], ...refused]);
  await attack("a header of 8 MB is refused", [
    `${GET}X-A: ${"a".repeat(8e6)}\r\n\r\n`,
  ], [[431], ...refused]);
  await attack("10000 headers are refused", [
    `${GET}${Array.from({ length: 10_000 }, (_, i) => `X-${i}: a\r\n`).join("")}\r\n`,
  ], [[431], ...refused]);
  await attack("a header without an end is cut", [GET, "X-A: b"], cut);
  await attack("a body shorter than it says is cut", [
    `${POST}Content-Length: 100\r\n\r\nshort`,
  ], [[408], ...cut]);
  await attack("a body longer than it says is another request, and refused", [
    `${POST}Content-Length: 4\r\n\r\nlonger than four bytes\r\n\r\n`,
  ], [[422, 400], [415, 400], [422]]);
  await attack("two lengths that differ are refused", [
    `${POST}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`,
  ], refused);
  await attack("a negative length is refused", [`${POST}Content-Length: -1\r\n\r\n`], refused);
  await attack("a length that is no number is refused", [
    `${POST}Content-Length: 4e2\r\n\r\nabcd`,
  ], refused);
  await attack("a length above the limit is refused before the body", [
    `${POST}${END}Content-Length: ${MAX_FRAME_BYTES + 1}\r\n\r\n`,
  ], [[413]]);
  for (const size of ["x", "-1", "fffffffffffffffff", "1 0", ""]) {
    await attack(`a chunk of size "${size}" is refused`, [
      `${CHUNKED}${size}\r\nabcd\r\n0\r\n\r\n`,
    ], refused);
  }
  await attack("chunks above the limit are refused", [
    `${CHUNKED}`,
    ...Array(64).fill(`10000\r\n${"a".repeat(65536)}\r\n`),
  ], [[413], ...cut]);

  await t.step("50 requests at once are answered in order", async () => {
    const paths = ["/healthz", "/nowhere"];
    const wanted = Array.from({ length: 50 }, (_, i) => i % 2);
    const requests = wanted.map((i) => `GET ${paths[i]} HTTP/1.1\r\nHost: a\r\n`);
    const statuses = await statusesOf(url, `${requests.join("\r\n")}${END}\r\n`);
    assertEquals(statuses, wanted.map((i) => [200, 404][i]!));
    await server.check();
    await server.alone();
  });

  await t.step(
    "a header and a body that come byte by byte are cut within their limits",
    async () => {
      for (const head of [GET, `${POST}Content-Length: 1000\r\n\r\n`]) {
        using connection = await connectRaw(url);
        await connection.write(head);
        const started = performance.now();
        while (!connection.ended && await connection.write("a")) await delay(50);
        const took = performance.now() - started;
        assert(took < 10_000, `it was cut after ${took} ms`);
      }
      await server.check();
      await server.alone();
    },
  );

  await t.step("clients that stop half-way are let go", async () => {
    for (const head of ["", GET, `${GET}\r\n`, `${POST}Content-Length: 9\r\n\r\nab`]) {
      using connection = await connectRaw(url);
      await connection.write(head);
      await connection.finish();
      await connection.untilEnd();
    }
    await server.check();
    await server.alone();
  });

  await t.step("a reader that takes no answers is cut", async () => {
    using connection = await connectRaw(url);
    connection.stall();
    const before = await server.residentBytes();
    const burst = `GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(1000);
    let sent = 0;
    while (sent < 5000 && await connection.write(burst)) sent++;
    assert(sent < 5000, "it was never cut");
    assert(await server.residentBytes() - before < MAX_GROWTH);
    await server.check();
    await server.alone();
  });
});
