import { assertEquals, assertStringIncludes } from "@std/assert";
import { join, resolve } from "@std/path";
import { parseSwitches } from "../../trainer/data/augment/switches.ts";
import { parseObjective } from "../../trainer/losses/parse_objective.ts";
import { findPackage } from "../../models/package.ts";
import { createRun } from "../../trainer/run_folder.ts";
import { dataName, repeatCommand } from "../../trainer/repeat_command.ts";
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
      '--augment "turn;plate=none"',
      "--encoder-rate 0.2 --layer-decay 0.8",
      "--synthetic-share 0.3 --crop 64 --crop-until 0.5 --patience 4",
      "--micro-batch 2",
    ]
  ) assertStringIncludes(command, words);
});

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

Deno.test("dataName() is the folder's own name, and that of the fixtures", () => {
  assertEquals(dataName({ config: tinyConfig("/a/parts") }), "parts");
  assertEquals(dataName({ config: tinyConfig("fixtures") }), "fixtures");
});
