import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { HelpRequest, UsageError } from "../../../models/cli.ts";
import { loadConfig, type Sources } from "../../../runtime/config/load.ts";

const ABOUT = { command: "deno task serve", summary: "Serves." };

function load(args: string[], env: Record<string, string> = {}, file?: unknown) {
  const sources: Sources = {
    env,
    readFile(path) {
      if (path !== "lineside.json" || file === undefined) throw new Error(`no ${path}`);
      return typeof file === "string" ? file : JSON.stringify(file);
    },
  };
  return loadConfig(args, { fps: { type: "number", description: "Rate" } }, ABOUT, sources);
}

const refusal = (...parts: Parameters<typeof load>) =>
  assertThrows(() => load(...parts), UsageError).message;

Deno.test("loadConfig() lets flags win over the environment, and that over the file", () => {
  const file = { port: 1, host: "::1", limits: { maxStreams: 3, maxViewers: 4, maxPixels: 5 } };
  const env = { LINESIDE_MAX_VIEWERS: "40", LINESIDE_MAX_PIXELS: "50", LINESIDE_CONFIG: "none" };
  const args = ["--config", "lineside.json", "--max-pixels=500", "--port", "0", "--fps", "2.5"];
  const { config, flags } = load(args, env, file);
  const { maxStreams, maxViewers, maxPixels, helloMs } = config.limits;
  assertEquals([maxStreams, maxViewers, maxPixels, helloMs], [3, 40, 500, 5000]);
  assertEquals([config.port, config.host, config.models, flags.fps], [0, "::1", "models", 2.5]);
});

Deno.test("loadConfig() reads booleans: a flag's default does not win over the file", () => {
  const file = { auth: { insecureNoAuth: true } };
  const on = (args: string[], env = {}) =>
    load(["--config=lineside.json", ...args], env, file).config.auth.insecureNoAuth;
  assertEquals([on([]), on(["--no-insecure-no-auth"])], [true, false]);
  assertEquals(on([], { LINESIDE_INSECURE_NO_AUTH: "false" }), false);
});

Deno.test("loadConfig() reads several models from each place", () => {
  const file = { model: ["a", "b@1.0.0"] };
  const models = (args: string[], env = {}) =>
    load(["--config=lineside.json", ...args], env, file).config.model;
  assertEquals(models([]), ["a", "b@1.0.0"]);
  assertEquals(models([], { LINESIDE_MODEL: "c,d@2.0.0" }), ["c", "d@2.0.0"]);
  assertEquals(models(["--model", "e,f"], { LINESIDE_MODEL: "c" }), ["e", "f"]);
  assertEquals(models(["--model=e", "--model=f"]), ["e", "f"]);
  assertStringIncludes(
    refusal(["--config=lineside.json"], {}, { model: "a" }),
    `model: expected a list of texts, is "a" (in lineside.json)`,
  );
});

Deno.test("loadConfig() has every flag of how the models are served", () => {
  const args = ["--lanes=2", "--threads=1", "--max-batch=4", "--max-wait-ms=2.5", "--watch"];
  const { lanes, threads, maxBatch, maxWaitMs, watch, provider, decoder } =
    load([...args, "--provider=cuda", "--decoder=sharp"]).config;
  assertEquals([lanes, threads, maxBatch, maxWaitMs, watch], [2, 1, 4, 2.5, true]);
  assertEquals([provider, decoder], ["cuda", "sharp"]);
  assertEquals(load([], { LINESIDE_WATCH: "true", LINESIDE_LANES: "3" }).config.lanes, 3);
});

Deno.test("loadConfig() names the path, the place, what is expected and what is there", () => {
  const file = { limits: { maxStreams: "many" }, drain: 5, port: 70000 };
  const said = refusal(["--config", "lineside.json"], { LINESIDE_LOG_LEVEL: "all" }, file);
  const lines = said.split("\n");
  assertEquals(lines.length, 4);
  assertStringIncludes(
    said,
    `port: expected a whole number in 0..65535, is 70000 (in lineside.json)`,
  );
  assertStringIncludes(
    said,
    `limits.maxStreams: expected a whole number in 1..4096, is "many" (in lineside.json)`,
  );
  assertStringIncludes(said, "drain: expected an object of settings, is 5 (in lineside.json)");
  assertStringIncludes(
    refusal(["--config=lineside.json"], { LINESIDE_LOG_LEVEL: "warn" }, { log: "loud" }),
    `log: expected an object of settings, is "loud" (in lineside.json)`,
  );
  assertStringIncludes(
    said,
    `log.level: expected one of debug, info, warn, error, is "all" (in the environment)`,
  );
});

Deno.test("loadConfig() refuses unknown settings with the nearest known one", () => {
  const cases: [Parameters<typeof load>, string][] = [
    [
      [["--config=lineside.json"], {}, { limits: { maxStream: 1 } }],
      "Did you mean limits.maxStreams?",
    ],
    [[["--config=lineside.json"], {}, { limit: {} }], "Did you mean limits?"],
    [[["--config=lineside.json"], {}, `{"__proto__": 1}`], "__proto__: no such setting"],
    [
      [[], { LINESIDE_PROT: "1" }],
      "LINESIDE_PROT: no such setting (in the environment). Did you mean LINESIDE_PORT?",
    ],
    [[["--max-stream=1"]], "Did you mean --max-streams?"],
  ];
  for (const [given, hint] of cases) assertStringIncludes(refusal(...given), hint);
  load([], { LINESIDE_REQUIRE: "webgpu", LINESIDE_NODE: "/usr/bin/node", OTHER: "1" });
});

Deno.test("loadConfig() refuses a file that is not there, not JSON or no object, and half of TLS", () => {
  assertStringIncludes(refusal(["--config=gone.json"]), `Cannot read settings "gone.json"`);
  for (const text of ["{", "[]", "null"]) refusal(["--config=lineside.json"], {}, text);
  assertStringIncludes(
    refusal(["--tls-cert=a.crt"]),
    "tls.key: expected a file, since tls.cert is set",
  );
});

Deno.test("loadConfig() prints settings with where each came from, and no secret", () => {
  const token = "t".repeat(40);
  const env = { LINESIDE_TOKEN: token, LINESIDE_HOST: "::1" };
  const args = ["--print-config", "--config=lineside.json", "--port=1"];
  const { message } = assertThrows(() => load(args, env, { model: ["bolt"] }), HelpRequest);
  assertEquals(message.includes(token), false);
  const line = (path: string) =>
    message.split("\n").find((row: string) => row.startsWith(`${path} =`));
  assertEquals(line("model")?.split(/ +# /), [`model = ["bolt"]`, "lineside.json"]);
  assertEquals(line("host")?.split(/ +# /), [`host = "::1"`, "environment"]);
  assertEquals(line("port")?.split(/ +# /), ["port = 1", "flags"]);
  assertEquals(line("auth.token")?.split(/ +# /), ["auth.token = ********", "environment"]);
  assertEquals(line("threads")?.split(/ +# /), ["threads = –", "default"]);
});

Deno.test("loadConfig() does not repeat a secret that is wrong, and takes none as a flag", () => {
  const said = refusal([], { LINESIDE_TOKEN: "short-secret" });
  assertEquals([said.includes("short-secret"), said.includes("auth.token")], [false, true]);
  assertStringIncludes(refusal(["--token=x"]), "unknown flag --token");
});

Deno.test("loadConfig() gives help for every setting with unit, limits, default and environment", () => {
  const { message } = assertThrows(() => load(["--help"]), HelpRequest);
  const help = message.replaceAll(/\s+/g, " ");
  assertStringIncludes(
    help,
    "Most streams at once [streams]; LINESIDE_MAX_STREAMS (in 1..4096; default 64)",
  );
  for (
    const flag of ["models", "model", "provider", "threads", "host", "port", "max-frame-bytes"]
  ) {
    assertStringIncludes(help, `--${flag} `);
  }
});
