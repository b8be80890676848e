// `deno task bench:load`: the server as a second process under load from this one, held against bars. A
// scenario is a file in bench/load/ and a row in SCENARIOS.

import { dirname } from "@std/path";
import { parseFlags, runMain } from "../models/cli.ts";
import { findPackage } from "../models/package.ts";
import { type Engine, measureCapacity } from "./bench/load/capacity.ts";
import { type Finding, formatFindings, passes } from "./bench/load/finding.ts";
import { jpegFrames, rawFrames } from "./bench/load/frames.ts";
import { judgeOverload, loadServer } from "./bench/load/overload.ts";
import { startServerProcess } from "./bench/load/server_process.ts";
import { judgeSwaps } from "./bench/load/judge_swaps.ts";
import { runSingle } from "./bench/load/single.ts";
import { makeSwapModels } from "./bench/load/swap_models.ts";
import { loadSwaps } from "./bench/load/swaps.ts";
import { describeMachine } from "./bench/machine.ts";
import { FRAME_SIDE } from "./demo_parts.ts";
import { PROVIDER_NAMES, type ProviderName } from "./engine/provider.ts";

const FLAGS = {
  scenario: {
    type: "list",
    choices: ["single", "overload", "swaps"],
    description: "What to measure (default: all)",
  },
  models: { type: "string", description: "Folder of model packages", default: "models" },
  model: { type: "string", description: "Model to serve, newest version", default: "dpt-light" },
  provider: {
    type: "string",
    choices: PROVIDER_NAMES,
    description: "What computes",
    default: "cpu",
  },
  lanes: { type: "integer", min: 1, max: 64, description: "Lanes (default: the server's)" },
  threads: {
    type: "integer",
    ...{ min: 1, max: 256 },
    description: "Threads of each lane (default: the server's)",
  },
  rounds: { type: "integer", min: 1, default: 5, description: "single: rounds" },
  frames: { type: "integer", min: 20, default: 100, description: "single: frames in a round" },
  streams: {
    type: "integer",
    min: 1,
    max: 64,
    default: 8,
    description: "overload, swaps: streams",
  },
  load: { type: "number", min: 0.1, max: 20, default: 3, description: "overload: × capacity" },
  format: {
    type: "string",
    choices: ["raw", "jpeg"],
    description: "overload: what a frame of 256×256 pixels is sent as",
    default: "raw",
  },
  seconds: { type: "integer", min: 5, max: 86_400, default: 60, description: "overload: duration" },
  swaps: { type: "integer", min: 1, max: 100_000, default: 100, description: "swaps: how many" },
  swapLoad: {
    type: "number",
    ...{ min: 0.01, max: 1, default: 0.4, description: "swaps: load, × capacity" },
  },
  pauseMs: {
    type: "integer",
    ...{ min: 0, max: 600_000, default: 1000, description: "swaps: time between two" },
  },
  json: { type: "string", description: "Where the figures go as JSON" },
} as const;

type Flags = ReturnType<typeof parseFlags<typeof FLAGS>>;

/** Pictures that are sent in turn. */
const DISTINCT_FRAMES = 8;

/** Pixels along a JPEG of `single`: as a camera sends it. */
const JPEG_SIDE = 1024;

/** For the capacity that `swaps` takes a share of. */
const CAPACITY_MS = 10_000;

const SCENARIOS: Record<string, (engine: Engine, flags: Flags) => Promise<Finding[]>> = {
  async single(engine, { model, rounds, frames, ...flags }) {
    await using server = await startServerProcess(serverArgs({ ...flags, model }));
    console.error(`single: ${server.described}`);
    const [raw, jpeg] = [rawFrames(DISTINCT_FRAMES), await jpegFrames(DISTINCT_FRAMES, JPEG_SIDE)];
    return await runSingle({ engine, server, model, raw, jpeg, rounds, frames });
  },
  async overload(engine, { model, streams, load, format, seconds, ...flags }) {
    const frames = format === "raw"
      ? rawFrames(DISTINCT_FRAMES)
      : await jpegFrames(DISTINCT_FRAMES, FRAME_SIDE);
    const capacity = () => measureCapacity(engine, frames, seconds * 1000 / 4);
    const before = await capacity();
    const server = await startServerProcess(serverArgs({ ...flags, model }));
    console.error(`overload: ${server.described}`);
    const options = { server, model, frames, streams, load, durationMs: seconds * 1000 };
    const loaded = await loadServer(options, before).finally(() => server[Symbol.asyncDispose]());
    const after = await capacity();
    const framesPerSecond = (before.framesPerSecond + after.framesPerSecond) / 2;
    const serviceMs = 1000 * before.lanes / framesPerSecond;
    return judgeOverload(loaded.load, loaded.watched, { ...before, framesPerSecond, serviceMs });
  },
  async swaps(engine, { model, streams, swapLoad: load, swaps, pauseMs, ...flags }) {
    const frames = rawFrames(DISTINCT_FRAMES);
    const capacity = await measureCapacity(engine, frames, CAPACITY_MS);
    await using models = await makeSwapModels(engine.packageDir);
    await using server = await startServerProcess(
      serverArgs({ ...flags, model, models: models.root }),
    );
    console.error(`swaps: ${server.described}`);
    const options = { server, model, models, frames, streams, load, swaps, pauseMs };
    const loaded = await loadSwaps(options, capacity);
    return judgeSwaps(loaded.load, loaded.run, loaded.watched, capacity);
  },
};

function serverArgs({ models, model, provider, lanes, threads }: Partial<Flags>): string[] {
  return Object.entries({ models, model, provider, lanes, threads })
    .flatMap(([name, value]) => value === undefined ? [] : [`--${name}=${value}`]);
}

async function main(args: string[]): Promise<void> {
  const flags = parseFlags(args, FLAGS, {
    command: "deno task bench:load",
    summary:
      "Loads a server in a second process and holds what it does against the bars. Capacity is what one " +
      "set of lanes alone answers in this process, with as many frames at work as it can have: the same frames, " +
      "decoded and answered as in the server, without sockets and without load beside it.",
  });
  const { dir } = await findPackage(flags.models, flags.model);
  const provider = flags.provider as ProviderName;
  const engine = { packageDir: dir, provider, lanes: flags.lanes, threads: flags.threads };
  const chosen = flags.scenario.length > 0 ? flags.scenario : Object.keys(SCENARIOS);
  const scenarios: Record<string, Finding[]> = {};
  for (const name of chosen) {
    scenarios[name] = await SCENARIOS[name]!(engine, flags);
    console.log(`\n${name}\n${formatFindings(scenarios[name])}`);
  }
  if (flags.json !== undefined) {
    const machine = describeMachine();
    await Deno.mkdir(dirname(flags.json), { recursive: true });
    await Deno.writeTextFile(flags.json, JSON.stringify({ machine, scenarios }, null, 2) + "\n");
    console.log(`\nWritten to ${flags.json}`);
  }
  if (!Object.values(scenarios).flat().every(passes)) Deno.exitCode = 1;
}

if (import.meta.main) await runMain(main);
