import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { HelpRequest, parseFlags, UsageError } from "../../models/cli.ts";

const SPEC = {
  data: { type: "string", description: "Folder of the data set" },
  backend: {
    type: "string",
    choices: ["tensorflow", "webgpu"],
    default: "tensorflow",
    description: "What computes",
  },
  batchSize: { type: "integer", default: 8, min: 1, max: 64, description: "Images a step" },
  learningRate: { type: "number", min: 0, description: "Step size" },
  encoderRate: { type: "number", above: 0, max: 1, description: "Share of it" },
  products: { type: "list", description: "Products to take" },
  resume: { type: "boolean", default: true, description: "Go on where the last run stopped" },
  quiet: { type: "boolean", description: "Print less" },
} as const;
const ABOUT = { command: "deno task train", summary: "Trains a network." };

function parse(...args: string[]) {
  return parseFlags(args, SPEC, ABOUT);
}

Deno.test("parseFlags() gives defaults for what is absent", () => {
  assertEquals(parse(), {
    _: [],
    data: undefined,
    backend: "tensorflow",
    batchSize: 8,
    learningRate: undefined,
    encoderRate: undefined,
    products: [],
    resume: true,
    quiet: false,
  });
});

Deno.test("parseFlags() types the flags by their spec", () => {
  const flags = parse();
  const backend: "tensorflow" | "webgpu" = flags.backend;
  const batchSize: number = flags.batchSize;
  const products: string[] = flags.products;
  // @ts-expect-error a flag without default may be undefined
  const data: string = flags.data;
  // @ts-expect-error there is no such flag
  const absent = flags.absent;
  assertEquals([backend, batchSize, products, data, absent], [
    "tensorflow",
    8,
    [],
    undefined,
    undefined,
  ]);
});

Deno.test("parseFlags() reads every kind, in both spellings", () => {
  const flags = parse(
    ...["--data", "a b/c", "--backend=webgpu", "--batch-size", "16", "--learning-rate=-0"],
    ...["--products", "wood,screw", "--products", "bottle", "--no-resume", "--quiet"],
  );
  assertEquals(flags, {
    _: [],
    data: "a b/c",
    backend: "webgpu",
    batchSize: 16,
    learningRate: -0,
    encoderRate: undefined,
    products: ["wood", "screw", "bottle"],
    resume: false,
    quiet: true,
  });
  assertEquals(parse("--quiet=false", "--resume=true").quiet, false);
  assertEquals(parse("--data", "007").data, "007");
});

Deno.test("parseFlags() takes negative numbers", () => {
  const spec = { seed: { type: "integer", default: 0, description: "Seed" } } as const;
  assertEquals(parseFlags(["--seed", "-5"], spec, ABOUT).seed, -5);
  assertEquals(parseFlags(["--seed=-5"], spec, ABOUT).seed, -5);
});

Deno.test("parseFlags() refuses wrong use and says what would be right", () => {
  const cases: [string[], string][] = [
    [
      ["--bacth-size", "4"],
      "unknown flag --bacth-size. Did you mean --batch-size? Known flags: --data, --backend",
    ],
    [["--no-quite"], "unknown flag --no-quite. Did you mean --quiet?"],
    [["--xyzzy=1"], "unknown flag --xyzzy. Known flags: --data"],
    [["-x"], "unknown flag -x."],
    [["--batchSize", "4"], "unknown flag --batchSize. Did you mean --batch-size?"],
    [["--batch-size", "0"], '--batch-size must be a whole number in 1..64, is "0"'],
    [["--encoder-rate", "0"], '--encoder-rate must be a number above 0 and at most 1, is "0"'],
    [["--batch-size", "65"], '--batch-size must be a whole number in 1..64, is "65"'],
    [["--batch-size", "2.5"], '--batch-size must be a whole number in 1..64, is "2.5"'],
    [["--batch-size", "many"], '--batch-size must be a whole number in 1..64, is "many"'],
    [["--batch-size"], "--batch-size must have a value"],
    [["--batch-size", "--quiet"], "--batch-size must have a value"],
    [["--batch-size", "4", "--batch-size", "5"], "--batch-size is given 2 times"],
    [["--learning-rate", "-1"], '--learning-rate must be a number of at least 0, is "-1"'],
    [["--learning-rate", "Infinity"], "--learning-rate must be a number"],
    [["--backend", "cuda"], '--backend must be one of tensorflow, webgpu, is "cuda"'],
    [["--data="], "--data must have a value"],
    [["--quiet=maybe"], '--quiet must be true or false, is "maybe"'],
    [["folder"], 'unexpected argument "folder": deno task train takes only flags'],
    [["--quiet", "folder"], 'unexpected argument "folder"'],
  ];
  for (const [args, message] of cases) {
    assertThrows(() => parse(...args), UsageError, message, args.join(" "));
  }
});

Deno.test("parseFlags() checks the choices of a list", () => {
  const spec = { want: { type: "list", choices: ["map", "mask"], description: "Parts" } } as const;
  assertEquals(parseFlags(["--want", "map, mask"], spec, ABOUT).want, ["map", "mask"]);
  const message = '--want must be one of map, mask, is "png"';
  assertThrows(() => parseFlags(["--want", "map,png"], spec, ABOUT), UsageError, message);
});

Deno.test("parseFlags() gives positional arguments to a command that declares them", () => {
  const about = { ...ABOUT, positional: { name: "<file>...", description: "Pictures" } };
  assertEquals(parseFlags(["a.png", "--quiet", "007"], SPEC, about)._, ["a.png", "007"]);
});

Deno.test("parseFlags() asks for help before it complains", () => {
  for (const args of [["--help"], ["-h"], ["--batch-size", "0", "--help"]]) {
    const error = assertThrows(() => parse(...args), HelpRequest);
    assertStringIncludes(error.message, "Usage: deno task train [flags]");
  }
});

/** Runs a module with `runMain` as its own process; a signal is sent when it has printed something. */
async function run(main: string, signal?: Deno.Signal) {
  const url = new URL("../../models/cli.ts", import.meta.url);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const code = `import { parseFlags, runMain } from "${url}"; await runMain(${main});`;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--config", config, "--no-check", "--no-prompt", "--quiet", "--ext=ts", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const readAll = async () => {
    let text = "";
    for await (const part of process.stdout.pipeThrough(new TextDecoderStream())) {
      if (text === "" && signal) process.kill(signal);
      text += part;
    }
    return text;
  };
  const [stdout, stderr, { code: exitCode }] = await Promise.all([
    readAll(),
    new Response(process.stderr).text(),
    process.status,
  ]);
  return { code: exitCode, stdout, stderr };
}

Deno.test("runMain() ends with 0, 1 or 2 and prints the error with its causes", async () => {
  const [done, help, usage, failure] = await Promise.all([
    run("async () => console.log('done')"),
    run("async () => void parseFlags(['--help'], {}, { command: 'c', summary: 'Does c.' })"),
    run("async () => void parseFlags(['--nope'], {}, { command: 'c', summary: 's' })"),
    run("async () => { setInterval(() => {}, 1e6); throw new Error('a', { cause: Error('b') }) }"),
  ]);
  assertEquals(done, { code: 0, stdout: "done\n", stderr: "" });
  assertEquals([help.code, help.stderr], [0, ""]);
  assertStringIncludes(help.stdout, "Does c.\n\nUsage: c [flags]");
  assertEquals([usage.code, usage.stdout], [2, ""]);
  assertStringIncludes(usage.stderr, "error: unknown flag --nope.");
  assertEquals(failure, { code: 1, stdout: "", stderr: "error: a\n  because: b\n" });
});

Deno.test("runMain() ends with 130 on Ctrl-C, after the command's own end when it takes the signal", async () => {
  const wait = "new Promise((done) => setTimeout(done, 5000))";
  const [plain, graceful] = await Promise.all([
    run(`async (_) => { console.log("on"); await ${wait}; console.log("late") }`, "SIGINT"),
    run(
      `async (_, interrupted) => { console.log("on"); const keep = setInterval(() => {}, 1000);
       await new Promise((done) => interrupted.onabort = done); clearInterval(keep); console.log("saved") }`,
      "SIGINT",
    ),
  ]);
  assertEquals([plain.code, plain.stdout], [130, "on\n"]);
  assertEquals([graceful.code, graceful.stdout], [130, "on\nsaved\n"]);
});

Deno.test("runMain() tells what went wrong while a command stopped, and is silent when it only stopped", async () => {
  const stopping = (thrown: string) =>
    run(
      `async (_, interrupted) => { console.log("on"); const keep = setInterval(() => {}, 1000);
       await new Promise((done) => interrupted.onabort = done); clearInterval(keep); throw ${thrown} }`,
      "SIGINT",
    );
  const [full, stopped, wrapped, named] = await Promise.all([
    stopping(`new Error("no space left")`),
    stopping("interrupted.reason"),
    stopping(`new Error("cannot wait", { cause: interrupted.reason })`),
    stopping(`new DOMException("aborted", "AbortError")`),
  ]);
  assertEquals([full.code, full.stderr], [1, "error: no space left\n"]);
  for (const { code, stderr } of [stopped, wrapped, named]) assertEquals([code, stderr], [130, ""]);
});
