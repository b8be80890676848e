import { assertEquals, assertStringIncludes } from "@std/assert";
import { join, resolve } from "@std/path";
import { parseSwitches } from "../../trainer/data/augment/switches.ts";
import { parseObjective } from "../../trainer/losses/parse_objective.ts";
import { parseFlags } from "../../models/cli.ts";
import { findPackage } from "../../models/package.ts";
import { createRun } from "../../trainer/run_folder.ts";
import { dataName, repeatCommand } from "../../trainer/repeat_command.ts";
import { configOf, trainFlags } from "../../trainer/train_command.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { tinyConfig, writeTinyDataset } from "./tiny_dataset.ts";

Deno.test("repeatCommand() names files and folders without their place on this machine", async () => {
  const encoder = { file: "/secret/vit.safetensors", sha256: "0a" };
  const config = tinyConfig("/secret/parts", { encoder });
  const command = await repeatCommand({ dir: "/secret/bolt", config });
  assertStringIncludes(command, "deno task train --data parts --network unet --preset tiny");
  assertStringIncludes(command, " --encoder vit.safetensors ");
  assertStringIncludes(command, " --out runs/bolt");
  assertEquals(command.includes("secret"), false);
  assertEquals(command.includes("--encoder-normalisation"), false);
  const said = { ...config, encoder: { ...encoder, normalisation: "imagenet" as const } };
  assertStringIncludes(
    await repeatCommand({ dir: "bolt", config: said }),
    " --encoder vit.safetensors --encoder-normalisation imagenet ",
  );
});

Deno.test("repeatCommand() leaves out what the run did not start with", async () => {
  const command = await repeatCommand({ dir: "bolt", config: tinyConfig("parts") });
  assertEquals(/--encoder |--from|--micro-batch|&&/.test(command), false);
});

Deno.test("repeatCommand() says all that decides the result", async () => {
  const changes = {
    losses: parseObjective("bce=1,boundary=0.5"),
    augment: parseSwitches("turn;plate=none", ["plate"]),
    ...{
      encoderRate: 0.2,
      layerDecay: 0.8,
      syntheticShare: 0.3,
      transplantShare: 0.6,
      crop: 64,
      cropUntil: 0.5,
      patience: 4,
      microBatch: 2,
    },
  };
  const command = await repeatCommand({ dir: "bolt", config: tinyConfig("parts", changes) });
  for (
    const words of [
      "--losses bce=1,boundary=0.5 ",
      "--augment 'turn;plate=none'",
      "--encoder-rate 0.2 --layer-decay 0.8",
      "--synthetic-share 0.3 --transplant-share 0.6 --crop 64 --crop-until 0.5 --patience 4",
      "--micro-batch 2",
    ]
  ) assertStringIncludes(command, words);
});

Deno.test("repeatCommand() gives the words from which a shell and train make the same configuration", () =>
  withTempDir(async (dir) => {
    const data = join(dir, "Jo's $parts");
    await writeTinyDataset(data);
    await Deno.rename(join(data, "plate"), join(data, "a plate"));
    const configured = async (args: string[]) => {
      const given = parseFlags(args, trainFlags, { command: "", summary: "" });
      return { given, config: await configOf({ ...given, data }) };
    };
    const { config } = await configured([
      ...["--size", "32x64", "--batch", "3", "--steps", "7", "--learning-rate", "1e-7"],
      ...["--network", "dpt", "--preset", "c32-l4-f8", "--encoder-rate", "0.5"],
      ...["--layer-decay", "0.9", "--freeze-after", "0.3", "--frozen-rate", "0.25"],
      ...["--weight-decay", "0.02", "--average-decay", "0.9", "--losses", "focal=1,boundary=0.5"],
      ...["--defect-share", "0.3333333333333333", "--synthetic-share", "0.2", "--crop", "32"],
      ...["--transplant-share", "0.7"],
      ...["--crop-until", "0.5", "--patience", "3", "--evaluate-every", "2", "--seed", "-5"],
      ...["--checkpoint-every", "4", "--augment", "turn;a plate=none", "--micro-batch", "2"],
      ...["--split-seed", "4", "--backend", "webgpu"],
    ]);
    const command = await repeatCommand({ dir: join(dir, "my run"), config });
    const script = command.replace("deno task train", "printf '%s\\n'");
    const { stdout } = await new Deno.Command("sh", { args: ["-c", script] }).output();
    const words = new TextDecoder().decode(stdout).trimEnd().split("\n");
    const again = await configured(words);
    assertEquals(again.config, config);
    const { data: named, out, split, products } = again.given;
    assertEquals([named, out, split, products], [
      ...["Jo's $parts", "runs/my run", "runs/my run/split.json"],
      ["a plate"],
    ]);
  }));

Deno.test("repeatCommand() begins with the run that was started from", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(join(dir, "data"));
    const first = await createRun(join(dir, "first"), tinyConfig(join(dir, "data")));
    const config = tinyConfig(join(dir, "data"), { from: first.dir });
    const [before, after = ""] = (await repeatCommand({ dir: join(dir, "second"), config }))
      .split(" && ");
    assertEquals(before, await repeatCommand(first));
    assertStringIncludes(after, " --from runs/first ");
  }));

Deno.test("repeatCommand() begins with the run that was learned from, and says what of it", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(join(dir, "data"));
    const teacher = await createRun(join(dir, "teacher"), tinyConfig(join(dir, "data")));
    const distillation = {
      ...{ teacher: teacher.dir, mapWeight: 2, featureWeight: 0.5, temperature: 3, bandWeight: 7 },
      inherits: true,
    };
    const config = tinyConfig(join(dir, "data"), { distillation });
    const [before, after = ""] = (await repeatCommand({ dir: join(dir, "student"), config }))
      .split(" && ");
    assertEquals(before, await repeatCommand(teacher));
    assertStringIncludes(
      after,
      "--teacher runs/teacher --map-weight 2 --feature-weight 0.5 --temperature 3 --band-weight 7 --inherit",
    );
  }));

Deno.test("repeatCommand() names a package that was learned from", async () => {
  const { dir } = await findPackage("models", "unet-tiny");
  const distillation = {
    ...{ mapWeight: 1, featureWeight: 1, temperature: 2, bandWeight: 20 },
    ...{ teacher: resolve(dir), inherits: false },
  };
  const command = await repeatCommand({ dir: "x", config: tinyConfig("parts", { distillation }) });
  assertStringIncludes(command, `--teacher ${dir} --map-weight 1`);
  assertEquals(command.includes("&&"), false);
});

Deno.test("repeatCommand() only names what the run started with and learned from where that is gone", () =>
  withTempDir(async (dir) => {
    const distillation = {
      ...{ mapWeight: 1, featureWeight: 1, temperature: 2, bandWeight: 20, inherits: false },
    };
    const commandOf = (from: string, teacher: string) =>
      repeatCommand({
        dir: "x",
        config: tinyConfig("parts", { from, distillation: { ...distillation, teacher } }),
      });
    const ofRuns = await commandOf(join(dir, "first"), join(dir, "large"));
    assertStringIncludes(ofRuns, " --from runs/first ");
    assertStringIncludes(ofRuns, " --teacher runs/large ");
    assertEquals(ofRuns.includes("&&"), false);
    const ofPackage = await commandOf(join(dir, "first"), join(dir, "bolt/1.2.0"));
    assertStringIncludes(ofPackage, " --teacher models/bolt/1.2.0 ");
  }));

Deno.test("dataName() is the folder's own name, and that of the fixtures", () => {
  assertEquals(dataName({ config: tinyConfig("/a/parts") }), "parts");
  assertEquals(dataName({ config: tinyConfig("a/parts/") }), "parts");
  assertEquals(dataName({ config: tinyConfig("fixtures") }), "fixtures");
});
