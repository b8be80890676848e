import { assertEquals, assertRejects } from "@std/assert";
import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { HttpProblem } from "../../../runtime/server/problem.ts";
import { compress, decompress } from "../../../runtime/kserve/compression.ts";

const BODY = new Uint8Array(5000).map((_, at) => at % 7);
const packed = (bytes: Uint8Array) => Uint8Array.from(bytes);
const asking = (encoding?: string) =>
  new Request(
    "http://a",
    encoding === undefined ? {} : { headers: { "accept-encoding": encoding } },
  );

Deno.test("decompress() unpacks gzip and zlib, and leaves plain bodies alone", async () => {
  assertEquals(await decompress(packed(gzipSync(BODY)), "gzip", 5000), BODY);
  assertEquals(await decompress(packed(deflateSync(BODY)), " Deflate", 5000), BODY);
  for (const plain of [null, "", "identity"]) {
    assertEquals(await decompress(BODY, plain, 1), BODY);
  }
});

Deno.test("decompress() stops at the limit, however small the body", async () => {
  const bomb = packed(gzipSync(new Uint8Array(50_000_000)));
  const error = await assertRejects(() => decompress(bomb, "gzip", 4999), HttpProblem, "4999");
  assertEquals((error as HttpProblem).code, "too-large");
});

Deno.test("decompress() refuses other encodings and broken bodies", async () => {
  const cases = [
    [BODY, "br", "unsupported-media-type"],
    [BODY, "gzip, gzip", "unsupported-media-type"],
    [BODY, "gzip", "bad-request"],
    [packed(gzipSync(BODY)).subarray(0, 30), "gzip", "bad-request"],
  ] as const;
  for (const [body, encoding, code] of cases) {
    const error = await assertRejects(() => decompress(body, encoding, 1e6), HttpProblem);
    assertEquals((error as HttpProblem).code, code);
  }
});

Deno.test("compress() packs for those who ask", async () => {
  const gzip = await compress(asking("gzip"), BODY);
  assertEquals([gzip.headers["content-encoding"], packed(gunzipSync(gzip.body))], ["gzip", BODY]);
  const deflate = await compress(asking("deflate, br"), BODY);
  assertEquals(deflate.headers["content-encoding"], "deflate");
  assertEquals(packed(inflateSync(deflate.body)), BODY);
  const preferred = await compress(asking("gzip;q=0.1, deflate;q=0.9"), BODY);
  assertEquals(preferred.headers["content-encoding"], "deflate");
});

Deno.test("compress() leaves the answer alone for those who do not, and a short one always", async () => {
  for (const encoding of [undefined, "", "br", "gzip;q=0", "identity;q=1, gzip;q=0.5"]) {
    const { body, headers } = await compress(asking(encoding), BODY);
    assertEquals([body, headers], [BODY, { vary: "accept-encoding" }]);
  }
  assertEquals((await compress(asking("gzip"), BODY.subarray(0, 100))).body.length, 100);
});
