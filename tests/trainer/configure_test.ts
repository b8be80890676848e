import { join } from "@std/path";
import { assertEquals, assertLess, assertObjectMatch, assertRejects } from "@std/assert";
import { parseFlags, UsageError } from "../../models/cli.ts";
import { configure, type RunChoice } from "../../trainer/configure.ts";
import { writeSafetensors } from "../../models/safetensors.ts";
import { roundingRecipe } from "../../trainer/fine_tuning.ts";
import { recipeOf } from "../../trainer/recipes.ts";
import { timmVit } from "./pretrained/published.ts";
import { recipeFlags, runFlags } from "../../trainer/train_flags.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { writeTinyDataset } from "./tiny_dataset.ts";

const choice = { network: "unet", preset: "tiny", products: [] };

const given = (...args: string[]) =>
  parseFlags(args, { ...runFlags, ...recipeFlags }, { command: "test", summary: "" });

Deno.test("configure() takes the recipe where no flag says otherwise", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(dir);
    const config = await configure(given("--data", dir, "--size", "32x16"), choice);
    assertObjectMatch(config, { ...recipeOf("unet", "chance"), width: 32, height: 16 });
    assertEquals([config.products, config.from, config.encoder], [["plate"], null, null]);
    const flags = ["--steps", "7", "--losses", "dice=2", "--augment", "all;plate=turn"];
    const changed = await configure(given("--data", dir, ...flags, "--size", "16"), choice);
    assertEquals([changed.steps, changed.losses.dice, changed.losses.bce], [7, 2, 0]);
    assertEquals(changed.augment.products, { plate: ["turn"] });
    assertEquals(changed.batch, config.batch);
  }));

Deno.test("configure() pins the encoder's file, and its normalisation where that is said", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(dir);
    const encoder = join(dir, "vit.safetensors");
    await Deno.writeFile(encoder, writeSafetensors(timmVit(192, 12, 16, 3)));
    const pinned = async (encoderNormalisation?: "imagenet") => {
      const dpt = { ...choice, network: "dpt", encoder, encoderNormalisation };
      return (await configure(given("--data", dir, "--size", "64", "--crop", "32"), dpt)).encoder;
    };
    const usual = await pinned();
    assertEquals(usual, { file: encoder, sha256: usual!.sha256 });
    assertEquals(await pinned("imagenet"), { ...usual!, normalisation: "imagenet" });
  }));

Deno.test("configure() takes the recipe for what the encoder starts with", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(dir);
    const encoder = join(dir, "vit.safetensors");
    await Deno.writeFile(encoder, writeSafetensors(timmVit(192, 12, 16, 3)));
    const dpt = { ...choice, network: "dpt" };
    const rateOf = async (changes: Partial<RunChoice>) =>
      (await configure(given("--data", dir, "--size", "64", "--crop", "32"), {
        ...dpt,
        ...changes,
      })).encoderRate;
    const distillation = {
      ...{ teacher: "large", mapWeight: 1, featureWeight: 1, temperature: 2, bandWeight: 20 },
      inherits: true,
    };
    assertEquals(
      [await rateOf({}), await rateOf({ encoder }), await rateOf({ distillation })],
      (["chance", "published", "inherited"] as const)
        .map((start) => recipeOf("dpt", start).encoderRate),
    );
  }));

Deno.test("configure() looks so often that patience can end before the windows do", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(dir);
    const configured = (...flags: string[]) => configure(given("--data", dir, ...flags), choice);
    for (const flags of [["--patience", "5"], ["--patience", "5", "--steps", "300"]]) {
      const { steps, cropUntil, evaluateEvery } = await configured(...flags);
      assertLess(5 + 1, Math.floor(cropUntil * steps / evaluateEvery) / 2);
    }
    const own = await configured("--patience", "5", "--evaluate-every", "400");
    assertEquals(own.evaluateEvery, 400);
    assertEquals((await configured()).evaluateEvery, recipeOf("unet", "chance").evaluateEvery);
    assertEquals((await configured("--patience", "9", "--steps", "4")).evaluateEvery, 1);
  }));

Deno.test("configure() warms up for no more than a tenth of the steps", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(dir);
    const warmup = async (steps: string) =>
      (await configure(given("--data", dir, "--steps", steps), choice)).warmupSteps;
    assertEquals([await warmup("41"), await warmup("1"), await warmup("9000")], [
      ...[5, 1, recipeOf("unet", "chance").warmupSteps],
    ]);
  }));

Deno.test("configure() takes windows that the network can halve as often as it wants to", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(dir);
    const dpt = { ...choice, network: "dpt" };
    const flags = (crop: string) => given("--data", dir, "--size", "64", "--crop", crop);
    assertEquals((await configure(flags("32"), choice)).crop, 32);
    assertEquals((await configure(flags("32"), dpt)).crop, 32);
    await assertRejects(
      () => configure(flags("48"), dpt),
      UsageError,
      "--crop 48 with dpt tiny: DPT takes images whose height and width are multiples of 32",
    );
  }));

Deno.test("configure() changes the recipe that is given, and rounds numbers of another run's weights alone", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(dir);
    const rounding = {
      ...choice,
      roundsNumbers: true,
      recipe: roundingRecipe(recipeOf("unet", "chance")),
    };
    const flags = given("--data", dir, "--size", "16", "--batch", "2");
    const { steps, batch, freezeAfter } = await configure(flags, { ...rounding, from: "x" });
    assertEquals([steps, batch, freezeAfter], [recipeOf("unet", "chance").steps / 5, 2, 0]);
    await assertRejects(
      () => configure(flags, rounding),
      UsageError,
      "--int8-aware needs --from",
    );
  }));

Deno.test("configure() names the flag that is wrong", () =>
  withTempDir(async (dir) => {
    await writeTinyDataset(dir);
    for (
      const [args, words] of [
        [["--encoder-rate", "0.5"], "--encoder-rate and --layer-decay"],
        [["--augment", "flip"], "--augment: Cannot augment"],
        [["--augment", "bolt=turn"], "products are plate"],
        [["--losses", "dice"], "--losses: Cannot read"],
        [["--crop", "12"], "--crop 12 with unet tiny"],
        [["--size", "20"], "--size 20 does not fit unet tiny"],
      ] as const
    ) {
      const flags = given("--size", "16", "--data", join(dir));
      const wrong = {
        ...flags,
        ...Object.fromEntries(
          Object.entries(given(...args)).filter(([name]) =>
            args[0] === `--${name.replace(/[A-Z]/g, (sign) => `-${sign.toLowerCase()}`)}`
          ),
        ),
      };
      await assertRejects(() => configure(wrong, choice), UsageError, words);
    }
  }));
