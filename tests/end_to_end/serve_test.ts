// The server as its own process, over real sockets, on a network that can be computed by hand.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import {
  ProblemError,
  segment,
  StreamClient,
  StreamClosedError,
} from "../../runtime/client/client.ts";
import { BAD_FRAMES, goodJpeg, goodPng, spotImage } from "../helpers/frames.ts";
import { encodeFrame } from "../../runtime/stream/protocol.ts";
import { percentile } from "../../runtime/dashboard/stats.ts";
import { runCommand, startProcess } from "../helpers/server_process.ts";
import { type TinyOptions, writeTinyPackage } from "../helpers/tiny_model.ts";

const MAX_FRAME_BYTES = 16 * 2 ** 20;
const GOOD = { format: "encoded", bytes: goodPng } as const;

/** A models folder with the tiny package. */
async function modelsFolder(options: TinyOptions = {}) {
  const root = await Deno.makeTempDir({ prefix: "lineside-models-" });
  await writeTinyPackage(join(root, "tiny", "1.0.0"), options);
  return { root, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

async function startTiny() {
  const stack = new AsyncDisposableStack();
  const { root } = stack.use(await modelsFolder());
  const flags = ["--provider=wasm", "--threads=1", `--max-frame-bytes=${MAX_FRAME_BYTES}`];
  const server = stack.use(await startProcess("serve", [`--models=${root}`, ...flags]));
  return { ...server, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

Deno.test("the server answers frames in every format, and refuses bad ones without harm", async (t) => {
  await using server = await startTiny();
  await using bystander = await StreamClient.open(server.url, {
    model: "tiny",
    stream: "bystander",
  });
  let served = 0;
  /** The server must go on serving the others after each step. */
  const check = async () => {
    const reply = await bystander.send(GOOD);
    assertEquals([reply.outcome, reply.counters.done], ["done", ++served]);
  };

  await t.step("segment() in every format", async () => {
    const { data, ...size } = spotImage(8, 4);
    const rgba = new Uint8Array(8 * 4 * 4).fill(255);
    const frames = [
      GOOD,
      { format: "encoded", bytes: goodJpeg },
      { format: "rgb8", ...size, bytes: data },
      { format: "gray8", ...size, bytes: data.filter((_, at) => at % 3 === 0) },
      { format: "rgba8", ...size, bytes: rgba },
    ] as const;
    for (const frame of frames) {
      const reply = await segment(server.url, "tiny", frame);
      assertEquals([reply.verdict, reply.mask.size], ["defect", [4, 8]]);
    }
    await check();
  });

  await t.step("pictures by Accept", async () => {
    for (const view of ["overlay", "mask", "heatmap"]) {
      const response = await fetch(`${server.url}/v1/models/tiny/segment?view=${view}`, {
        ...{ method: "POST", body: goodPng },
        headers: { accept: "image/png", "content-type": "image/png" },
      });
      const png = await response.bytes();
      assertEquals([response.status, png[0]], [200, 0x89]);
      assertEquals(new DataView(png.buffer).getUint32(16), 64); // as wide as the frame
    }
  });

  for (const { name, frame, code, status } of BAD_FRAMES) {
    await t.step(`${name} is a problem over HTTP`, async () => {
      const error = await assertRejects(() => segment(server.url, "tiny", frame), ProblemError);
      assertEquals([(error as ProblemError).status, (error as ProblemError).code], [status, code]);
      await check();
    });
    await t.step(`${name} is an answer on a stream, which goes on`, async () => {
      await using stream = await StreamClient.open(server.url, { model: "tiny" });
      const reply = await stream.send(frame);
      assert(reply.outcome === "refused" || reply.outcome === "failed");
      assertEquals((reply as { error?: { code: string } }).error?.code, code);
      assertEquals((await stream.send(GOOD)).outcome, "done");
      await check();
    });
  }

  await t.step("an oversized frame", async () => {
    const frame = { format: "encoded", bytes: new Uint8Array(MAX_FRAME_BYTES + 1) } as const;
    const error = await assertRejects(() => segment(server.url, "tiny", frame), ProblemError);
    assertEquals((error as ProblemError).status, 413);
    const stream = await StreamClient.open(server.url, { model: "tiny" });
    assertEquals((await stream.send(frame)).outcome, "refused");
    await stream.close();
    assertEquals((stream.closed as StreamClosedError).code, "frameTooLarge");
    await check();
  });

  await t.step("a wrong type and a wrong model", async () => {
    const post = { method: "POST", body: goodPng, headers: { "content-type": "image/tiff" } };
    const response = await fetch(`${server.url}/v1/models/tiny/segment`, post);
    assertEquals([response.status, (await response.json()).code], [415, "unsupported-media-type"]);
    const error = await assertRejects(() => segment(server.url, "huge", GOOD), ProblemError);
    assertEquals((error as ProblemError).code, "no-such-model");
    await check();
  });

  await t.step("wrong hellos and headers", async () => {
    const cases: [string | Uint8Array<ArrayBuffer>, number][] = [
      ["no json", 4400],
      [JSON.stringify({ type: "hello", protocol: "lineside.v1", model: 5 }), 4400],
      [JSON.stringify({ type: "hello", protocol: "lineside.v9", model: "tiny" }), 4406],
      [JSON.stringify({ type: "hello", protocol: "lineside.v1", model: "huge" }), 4404],
      [new Uint8Array(30), 4400],
    ];
    for (const [hello, code] of cases) assertEquals(await closeCode(server.url, hello), code);
    const hello = JSON.stringify({ type: "hello", protocol: "lineside.v1", model: "tiny" });
    const good = { sequence: 0, capturedMs: 0, format: "encoded", width: 0, height: 0 } as const;
    const broken = encodeFrame({ ...good, bytes: goodPng }).with(0, 2) as Uint8Array<ArrayBuffer>;
    assertEquals(await closeCode(server.url, hello, broken), 4409);
    await check();
  });

  await t.step("healthz within 50 ms at p99 while the lane is saturated", async () => {
    const heavy = { format: "encoded", bytes: await heavyJpeg() } as const;
    const streams = await Promise.all(
      [1, 2].map(() => StreamClient.open(server.url, { model: "tiny" })),
    );
    let busy = true;
    const load = streams.map(async (stream) => {
      while (busy) await Promise.all([stream.send(heavy), stream.send(heavy)]);
    });
    const waits: number[] = [];
    while (waits.length < 200) {
      const started = performance.now();
      await (await fetch(`${server.url}/healthz`)).body?.cancel();
      waits.push(performance.now() - started);
    }
    busy = false;
    await Promise.all(load);
    const counters = await Promise.all(streams.map((stream) => stream.close()));
    for (const counted of counters) {
      const { received, inFlight, ...ended } = counted!;
      assertEquals([Object.values(ended).reduce((sum, count) => sum + count), inFlight], [
        received,
        0,
      ]);
    }
    const p99 = percentile(waits, 0.99);
    assert(
      p99 <= 50,
      `healthz p99 is ${p99.toFixed(1)} ms, p50 ${percentile(waits, 0.5).toFixed(1)}`,
    );
    await check();
  });
});

Deno.test("the server stops on SIGTERM: frames in flight are answered, sockets closed as 1001", async () => {
  await using server = await startTiny();
  const stream = await StreamClient.open(server.url, { model: "tiny" });
  const heavy = { format: "encoded", bytes: await heavyJpeg() } as const;
  const reply = stream.send(heavy);
  while ((await (await fetch(`${server.url}/v1/streams`)).json()).streams[0].counters.received < 1);
  server.signal("SIGTERM");
  assertEquals((await reply).outcome, "done");
  // One that says goodbye before the server does is closed as it asks.
  await stream.ended;
  const counters = await stream.close();
  assertEquals([counters?.received, counters?.done], [1, 1]);
  assertEquals((stream.closed as StreamClosedError).code, "goingAway");
  assertEquals(await server.ended, 0);
});

Deno.test("serve ends with one clear line when it cannot serve", async (t) => {
  const serve = (...args: string[]) => runCommand(["-P=serve", "runtime/serve.ts", ...args]);

  await t.step("no model", async () => {
    const { code, err } = await serve("--models=no/such/folder");
    assertEquals([code, err.trim().split("\n").length], [1, 1]);
    assert(err.includes(`Cannot serve "no/such/folder": it holds no model package`), err);
  });

  await t.step("a model that is not there", async () => {
    await using models = await modelsFolder();
    const { code, err } = await serve(`--models=${models.root}`, "--model=tiny@2.0.0");
    assertEquals([code, err.includes("versions are 1.0.0")], [1, true]);
  });

  await t.step("a card with a wrong sha256", async () => {
    await using models = await modelsFolder({ sha256: "f".repeat(64) });
    const { code, err } = await serve(`--models=${models.root}`);
    assertEquals([code, err.trim().split("\n").length], [1, 1]);
    assert(err.includes(`card says ${"f".repeat(64)}`), err);
  });

  await t.step("a golden output that this box does not reproduce", async () => {
    await using models = await modelsFolder({ goldenShift: 0.1 });
    const { code, err } = await serve(`--models=${models.root}`, "--port=0", "--provider=wasm");
    assertEquals([code, err.includes("golden")], [1, true], err);
  });

  await t.step("a port that is taken", async () => {
    await using models = await modelsFolder();
    using taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { code, err } = await serve(`--models=${models.root}`, `--port=${taken.addr.port}`);
    assertEquals([code, err.includes("something else does")], [1, true], err);
  });

  await t.step("wrong flags", async () => {
    const { code, err } = await serve("--prot=1");
    assertEquals([code, err.includes("unknown flag --prot")], [2, true], err);
  });
});

async function closeCode(url: string, ...messages: (string | Uint8Array<ArrayBuffer>)[]) {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/stream`, "lineside.v1");
  socket.onopen = () => messages.forEach((message) => socket.send(message));
  return (await new Promise<CloseEvent>((resolve) => socket.onclose = resolve)).code;
}

/** Takes the lane some ten milliseconds to decode. */
async function heavyJpeg() {
  const { encodeJpeg } = await import("../../models/encode.ts");
  return new Uint8Array(await encodeJpeg(spotImage(1024, 1024), 90));
}
