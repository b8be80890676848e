// A server as it runs at a customer's: settings from a file, tokens, TLS, limits, metrics, a good end. Of its
// own process, over real connections.

import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import {
  ProblemError,
  StreamClient,
  StreamClosedError,
  WatchClient,
} from "../../runtime/client/client.ts";
import { goodPng } from "../helpers/frames.ts";
import { until } from "../helpers/served_app.ts";
import { runCommand, startProcess } from "../helpers/server_process.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { writeTinyPackage } from "../helpers/tiny_model.ts";
import { shownName } from "../helpers/shown_name.ts";

const TLS = fromFileUrl(new URL("../helpers/tls/", import.meta.url));
const PLAIN = ["--provider=wasm", "--threads=1"];

async function makeToken(dir: string, name: string, roles: string): Promise<string> {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "-P=token", "runtime/token_command.ts", "make"],
      ...[`--file=${join(dir, "tokens.json")}`, `--name=${name}`, `--roles=${roles}`],
    ],
    ...{ stdin: "null", stdout: "piped", stderr: "null" },
  }).output();
  assertEquals(code, 0);
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("serve asks for tokens, takes up new ones and revokes, and logs JSON without any", async () => {
  await withTempDir(async (dir) => {
    await writeTinyPackage(join(dir, "tiny", "1.0.0"));
    const [stream, read] = [
      await makeToken(dir, "camera", "stream"),
      await makeToken(dir, "viewer", "read"),
    ];
    const config = join(dir, "lineside.json");
    await Deno.writeTextFile(
      config,
      JSON.stringify({
        ...{ models: dir, provider: "wasm", threads: 1 },
        auth: { tokens: join(dir, "tokens.json") },
        ...{ log: { format: "json" }, limits: { framesPerSecond: 0.01, burstSeconds: 60 } },
      }),
    );
    await using server = await startProcess("serve", [`--config=${config}`]);
    const get = async (path: string, token?: string) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(server.url + path, { headers });
      return { status: response.status, text: await response.text() };
    };
    assertEquals((await get("/readyz")).status, 200);
    assertEquals((await get("/v1/models")).status, 401);
    assertEquals((await get("/v1/models", stream)).status, 403);
    assertEquals((await get("/v1/models", read)).status, 200);

    const frame = { format: "encoded", bytes: goodPng } as const;
    for (const [token, status] of [[{}, 401], [{ token: read }, 403]] as const) {
      const open = () => StreamClient.open(server.url, { model: "tiny", ...token });
      assertEquals((await assertRejects(open, ProblemError) as ProblemError).status, status);
    }
    const client = await StreamClient.open(server.url, { model: "tiny", token: stream });
    const watch = await WatchClient.open(server.url, client.welcome.stream, undefined, read);
    assertEquals((await client.send(frame)).outcome, "done");
    const refused = await client.send(frame);
    assert(refused.outcome === "refused" && refused.error.code === "rate-limited");
    await client.close();

    const metrics = (await get("/metrics", read)).text;
    assertStringIncludes(metrics, `stream="${client.welcome.stream}",outcome="done"} 1`);
    assertStringIncludes(metrics, `stream="${client.welcome.stream}",outcome="refused"} 1`);
    assertStringIncludes(metrics, `route="/v1/models",status="401"} 1`);
    assertStringIncludes(
      metrics,
      `lineside_model_state{model="tiny",version="1.0.0",state="ready"} 1`,
    );

    const late = await makeToken(dir, "late", "read");
    const events = await fetch(`${server.url}/v1/events`, {
      headers: { authorization: `Bearer ${read}` },
    });
    const other = await StreamClient.open(server.url, { model: "tiny", token: stream });
    const revoke = (name: string) =>
      runCommand([
        ...["-P=token", "runtime/token_command.ts", "revoke", `--name=${name}`],
        `--file=${join(dir, "tokens.json")}`,
      ]);
    await revoke("viewer");
    const unseen = await assertRejects(() => Array.fromAsync(watch), StreamClosedError);
    assertEquals((unseen as StreamClosedError).code, "tokenRevoked");
    assertMatch(await events.text(), /^id:\w+-1\nretry:2000\n\n$/);
    assertEquals((await get("/v1/models", read)).status, 401);
    assertEquals(other.closed, undefined);
    await revoke("camera");
    assertEquals((await other.ended as StreamClosedError).code, "tokenRevoked");
    assertEquals((await get("/v1/models", late)).status, 200);

    const lines = server.log.map((line) => JSON.parse(line));
    assert(lines.every(({ time, level, message }) => time && level && message));
    for (const token of [stream, read, late]) {
      assertEquals(server.log.some((line) => line.includes(token)), false);
    }
  });
});

Deno.test("serve speaks TLS and takes a new certificate while a stream goes on", async () => {
  await withTempDir(async (dir) => {
    await writeTinyPackage(join(dir, "tiny", "1.0.0"));
    const [cert, key] = [join(dir, "server.crt"), join(dir, "server.key")];
    const use = async (name: string) => {
      await Deno.copyFile(`${TLS}${name}.key`, `${key}.new`);
      await Deno.copyFile(`${TLS}${name}.crt`, `${cert}.new`);
      await Deno.rename(`${key}.new`, key);
      await Deno.rename(`${cert}.new`, cert);
    };
    await use("one");
    const flags = [`--models=${dir}`, `--tls-cert=${cert}`, `--tls-key=${key}`, ...PLAIN];
    await using server = await startProcess("serve", flags);
    assertEquals(server.url.startsWith("https://127.0.0.1:"), true);
    using client = Deno.createHttpClient({ caCerts: [await Deno.readTextFile(`${TLS}ca.crt`)] });
    const answer = await fetch(`${server.url}/readyz`, { client } as RequestInit);
    assertEquals((await answer.json()).status, "ready");

    const url = `${server.url.replace("https", "wss")}/v1/stream`;
    const socket = new WebSocket(url, { protocols: ["lineside.v1"], client } as unknown as string);
    const next = () => new Promise<MessageEvent>((resolve) => socket.onmessage = resolve);
    await new Promise((resolve) => socket.onopen = resolve);
    socket.send(JSON.stringify({ type: "hello", protocol: "lineside.v1", model: "tiny" }));
    assertEquals(JSON.parse((await next()).data).type, "welcome");
    await use("two");
    await until(() => server.log.some((line) => line.startsWith("Took a new certificate")));
    assertEquals(await shownName(Number(new URL(server.url).port), `${TLS}ca.crt`), "two");
    socket.send(JSON.stringify({ type: "bye" }));
    assertEquals(JSON.parse((await next()).data).type, "bye");
    await new Promise((resolve) => socket.onclose = resolve);
  });
});

Deno.test("serve announces its stop on SIGTERM, then refuses, answers and ends", async () => {
  await withTempDir(async (dir) => {
    await writeTinyPackage(join(dir, "tiny", "1.0.0"));
    const flags = [`--models=${dir}`, "--drain-announce-ms=1500", ...PLAIN];
    await using server = await startProcess("serve", flags);
    const stream = await StreamClient.open(server.url, { model: "tiny" });
    server.signal("SIGTERM");
    const ready = async () => {
      const response = await fetch(`${server.url}/readyz`);
      return [response.status, (await response.json()).code];
    };
    while ((await ready())[0] !== 503);
    assertEquals(await ready(), [503, "draining"]);
    const reply = await stream.send({ format: "encoded", bytes: goodPng });
    assertEquals(reply.outcome, "done");
    const late = await StreamClient.open(server.url, { model: "tiny" });
    assertEquals((await stream.close())?.done, 1);
    await late.close();
    assertEquals((late.closed as StreamClosedError).code === undefined, false);
    assertEquals(await server.ended, 0);
    await assertRejects(() => fetch(`${server.url}/healthz`));
  });
});

Deno.test("serve does not listen for others without tokens or the flag", async () => {
  const { code, err } = await runCommand(["-P=serve", "runtime/serve.ts", "--host=0.0.0.0"]);
  assertEquals(code, 1);
  assertStringIncludes(err, "deno task token make");
  assertStringIncludes(err, "--insecure-no-auth");
});
