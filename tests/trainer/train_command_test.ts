import { join } from "@std/path";
import {
  assertEquals,
  assertLess,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { parseFlags } from "../../models/cli.ts";
import { exists } from "../../models/files.ts";
import { maxAbsDifference } from "../../models/package.ts";
import { createRandom } from "../../models/random.ts";
import { readSplit } from "../../models/split.ts";
import { writeSafetensors } from "../../models/safetensors.ts";
import { readCheckpoint } from "../../trainer/checkpoint.ts";
import { configOf, trainFlags } from "../../trainer/train_command.ts";
import { testIf } from "../helpers/require.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { RESUMED_WEIGHTS } from "../tolerances.ts";
import { run } from "./commands.ts";
import { timmVit } from "./pretrained/published.ts";
import { tinyConfig, writeTinyDataset } from "./tiny_dataset.ts";

const command = new URL("../../trainer/train_command.ts", import.meta.url).pathname;

function start(...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-P=train", command, ...args],
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

async function end(process: Deno.ChildProcess): Promise<{ code: number; said: string }> {
  const { code, stderr } = await process.output();
  return { code, said: new TextDecoder().decode(stderr) };
}

/** A network that trains in milliseconds a step, on data of `writeTinyDataset`. */
const tiny = ["--preset", "tiny", "--size", "16", "--batch", "1"];

Deno.test("train says what is wrong with its flags, and ends with 2", async () => {
  for (
    const [args, words] of [
      [["--data", "x"], "--out"],
      [["--out", "x"], "--data"],
      [["--data", "x", "--out", "y", "--bach", "4"], "--batch"],
      [["--data", "x", "--out", "y", "--size", "wide"], "--size"],
      [["--data", "x", "--out", "y", "--size", "250x250"], "multiples of 16"],
      [["--data", "x", "--out", "y", "--preset", "huge"], "small"],
      [["--resume", "--out", "y", "--steps", "9", "--seed=2"], "takes no --steps, --seed"],
      [["--data", "x", "--out", "y", "--losses", "dise=1"], "--losses: No loss"],
      [
        ["--data", "x", "--out", "y", "--encoder-normalisation", "half"],
        "--encoder-normalisation needs --encoder",
      ],
      [
        ["--data", "x", "--out", "y", "--from", "z", "--encoder", "vit.safetensors"],
        "--from and --encoder",
      ],
      [["--data", "x", "--out", "y", "--inherit"], "--inherit needs --teacher"],
      [["--data", "x", "--out", "y", "--map-weight", "1"], "--map-weight needs --teacher"],
    ] as const
  ) {
    const { code, said } = await end(start(...args));
    assertEquals(code, 2);
    assertStringIncludes(said, words);
  }
});

Deno.test("configOf() takes the size that the network's recipe was found with, unless one is named", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(dir);
    const presetOf = async (...args: string[]) => {
      const all = ["--data", dir, "--size", "32", "--crop", "0", ...args];
      return (await configOf(parseFlags(all, trainFlags, { command: "", summary: "" }))).preset;
    };
    assertEquals(await presetOf("--network", "dpt"), "tiny");
    assertEquals(await presetOf(), "small");
    assertEquals(await presetOf("--network", "dpt", "--preset", "light"), "light");
  }));

Deno.test("configOf() fine-tunes as slowly as the run that it starts with, and takes its switches", () =>
  withTempDir(async (dir) => {
    const [data, from] = [join(dir, "data"), join(dir, "run")];
    await writeTinyDataset(data);
    await Deno.rename(join(data, "plate"), join(data, "bolt"));
    const augment = { usual: ["light"], products: { plate: ["turn"], bolt: [] } } as const;
    const rates = { encoderRate: 0.1, layerDecay: 0.8 };
    await Deno.mkdir(from);
    const config = { ...tinyConfig(data, { augment, ...rates }), network: "dpt", preset: "light" };
    await Deno.writeTextFile(
      join(from, "config.json"),
      JSON.stringify({ ...config, width: 64, height: 64, products: ["bolt"] }),
    );
    const empty = { seed: 0, ratios: [6, 2, 2], parts: { train: [], validation: [], test: [] } };
    await Deno.writeTextFile(join(from, "split.json"), JSON.stringify(empty));
    const configured = (...args: string[]) => {
      const all = ["--from", from, "--crop", "0", ...args];
      return configOf(parseFlags(all, trainFlags, { command: "", summary: "" }));
    };
    // Other data need not have the products that the run had switches for.
    const other = await configured("--data", data);
    assertEquals(other.augment, { usual: ["light"], products: { bolt: [] } });
    assertEquals([other.encoderRate, other.layerDecay], [0.1, 0.8]);
    assertEquals((await configured("--encoder-rate", "0.5")).encoderRate, 0.5);
    assertEquals((await configured("--augment", "turn")).augment.usual, ["turn"]);
    const rounded = await configured("--int8-aware", "--steps", "30");
    assertEquals([rounded.steps, rounded.warmupSteps, rounded.evaluateEvery], [30, 2, 3]);
  }));

Deno.test("train --help names every flag", async () => {
  const { code, answered } = await run("train", "--help");
  assertEquals(code, 0);
  for (const flag of ["data", "products", "out", "resume", "preset", "size", "backend", "steps"]) {
    assertStringIncludes(answered, `--${flag}`);
  }
});

Deno.test("train refuses what is no data set and no run, and leaves no folder", () =>
  withTempDir(async (dir) => {
    const out = join(dir, "run");
    await Deno.mkdir(join(dir, "photos"));
    await Deno.writeTextFile(join(dir, "photos/a.png"), "");
    for (
      const [args, words] of [
        [["--data", join(dir, "absent")], "absent"],
        [["--data", join(dir, "photos")], "<product>/train/good"],
        [["--resume"], "no config.json"],
      ] as const
    ) {
      const { code, said } = await end(start(...args, "--out", out));
      assertEquals(code, 1);
      assertStringIncludes(said, words);
    }
    assertEquals((await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name), ["photos"]);
  }));

Deno.test("train refuses an encoder that does not fit, and leaves no folder", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(join(dir, "data"));
    const [file, out] = [join(dir, "vit.safetensors"), join(dir, "run")];
    await Deno.writeFile(file, writeSafetensors(timmVit(16, 1, 16, 2)));
    const { code, said } = await end(
      start(...tiny, "--data", join(dir, "data"), "--encoder", file, "--out", out),
    );
    assertEquals(code, 1);
    assertStringIncludes(said, `Cannot take encoder "${file}" for unet tiny`);
    assertStringIncludes(said, "The network has no encoder that published weights fit");
    assertEquals(await exists(out), false);
  }));

await testIf(
  "tensorflow",
  "train starts in the folder of a run that could not start, not in that of one that has, and keeps the split of --from",
  () =>
    withTempDir(async (dir) => {
      const [data, out] = [join(dir, "data"), join(dir, "run")];
      await writeTinyDataset(data);
      const begin = (...args: string[]) =>
        end(start(...tiny, "--data", data, "--out", out, "--steps", "1", ...args));
      const spare = await begin("--more-good", join(dir, "absent"));
      assertEquals(spare.code, 1);
      assertStringIncludes(spare.said, "absent");
      const teacher = await begin("--teacher", join(dir, "nowhere"));
      assertEquals(teacher.code, 1);
      assertStringIncludes(teacher.said, "nowhere");
      const corrected = await begin("--split-seed", "7");
      assertEquals(corrected.code, 0, corrected.said);
      const again = await begin();
      assertEquals(again.code, 1);
      assertStringIncludes(again.said, "--resume");

      // What a run starts with has seen its train part: the split stays, unless another is asked for.
      const splitOf = async (name: string, ...args: string[]) => {
        const to = join(dir, name);
        const { code, said } = await end(
          start(...tiny, "--data", data, "--out", to, "--steps", "1", "--from", out, ...args),
        );
        assertEquals(code, 0, said);
        return (await readSplit(join(to, "split.json"))).parts;
      };
      const { parts } = await readSplit(join(out, "split.json"));
      assertEquals(await splitOf("same"), parts);
      assertNotEquals(await splitOf("other", "--split-seed", "8"), parts);
    }),
);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  await testIf(
    "tensorflow",
    `train saves at ${signal}, and --resume goes on`,
    () =>
      withTempDir(async (dir) => {
        const [data, out] = [join(dir, "data"), join(dir, "run")];
        await writeTinyDataset(data);
        const process = start(...tiny, "--data", data, "--out", out, "--steps", "100000");
        await untilStep(join(out, "log.jsonl"));
        process.kill(signal);
        const stopped = await end(process);
        assertMatch(stopped.said, /Stopped at step \d+ of 100000/);
        assertEquals(stopped.code, signal === "SIGINT" ? 130 : 0);

        const { step } = await readCheckpoint(join(out, "last.safetensors"));
        const config = JSON.parse(await Deno.readTextFile(join(out, "config.json")));
        const shorter = JSON.stringify({ ...config, steps: step + 2 });
        await Deno.writeTextFile(join(out, "config.json"), shorter);
        const resumed = await end(start("--resume", "--out", out));
        assertEquals(resumed.code, 0);
        assertStringIncludes(resumed.said, "deno task export");
        assertEquals((await readCheckpoint(join(out, "last.safetensors"))).step, step + 2);
      }),
  );
}

await testIf(
  "tensorflow",
  "train killed ten times at random steps and resumed ends with the weights of a run that was not",
  () =>
    withTempDir(async (dir) => {
      const data = join(dir, "data");
      await writeTinyDataset(data);
      const steps = 60;
      const begin = (out: string) =>
        start(
          ...[...tiny, "--data", data, "--out", out, "--steps", `${steps}`],
          ...["--checkpoint-every", "3", "--evaluate-every", "20"],
        );
      const [whole, killed] = [join(dir, "whole"), join(dir, "killed")];
      assertEquals((await end(begin(whole))).code, 0);

      const random = createRandom("kills");
      for (let kill = 0; kill < 10; kill++) {
        const process = kill === 0 ? begin(killed) : start("--resume", "--out", killed);
        await untilStep(join(killed, "log.jsonl"), 5 * kill + 1 + random.int(5));
        process.kill("SIGKILL");
        await end(process);
      }
      assertEquals((await end(start("--resume", "--out", killed))).code, 0);

      const [a, b] = await Promise.all(
        [whole, killed].map((out) => readCheckpoint(join(out, "last.safetensors"))),
      );
      assertEquals([a!.step, b!.step], [steps, steps]);
      for (const [name, { data }] of a!.tensors) {
        const other = b!.tensors.get(name)!.data as Float32Array;
        assertLess(maxAbsDifference(data as Float32Array, other), RESUMED_WEIGHTS, name);
      }
    }),
);

/** Waits until a run has logged a step, or its last one before it was killed. */
async function untilStep(log: string, step = 1): Promise<void> {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 10) {
    const text = await Deno.readTextFile(log).catch(() => "");
    if (text.includes(`"kind":"step","step":${step},`)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`No step ${step} in "${log}" after a minute`);
}
