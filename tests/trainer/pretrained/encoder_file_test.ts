import { assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { writeSafetensors } from "../../../models/safetensors.ts";
import {
  describeEncoder,
  readEncoder,
  readPinnedEncoder,
} from "../../../trainer/pretrained/encoder_file.ts";
import { pixelMean, pixelStd } from "../../../trainer/config.ts";
import { foldNormalisation } from "../../../trainer/pretrained/fold_normalisation.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";
import { timmVit, torchvisionResNet } from "./published.ts";

const dptTiny = { network: "dpt", preset: "tiny", width: 64, height: 64 };

Deno.test("readEncoder() names the file and keeps the reason when it refuses", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "small.safetensors");
    await Deno.writeFile(file, writeSafetensors(timmVit(16, 1, 16, 2)));
    const error = await assertRejects(
      () => readEncoder(file, dptTiny),
      Error,
      `Cannot take encoder "${file}" for dpt tiny`,
    ) as Error;
    assertStringIncludes((error.cause as Error).message, "is [16,3,16,16], must be [192,3,16,16]");
    await assertRejects(
      () => readEncoder(join(dir, "none"), dptTiny),
      Error,
      "Cannot take encoder",
    );
  }));

Deno.test("readPinnedEncoder() refuses a file that has changed", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "resnet18.safetensors");
    await Deno.writeFile(file, writeSafetensors(torchvisionResNet([2, 2, 2, 2])));
    const choice = { network: "resunet", preset: "resnet18", width: 64, height: 64 };
    const { sha256, report } = await readEncoder(file, choice);
    assertEquals((await readEncoder(file, choice, "imagenet")).report, report);
    const error = await assertRejects(() => readEncoder(file, choice, "half"), Error) as Error;
    assertStringIncludes((error.cause as Error).message, "normalisation is imagenet, not half");
    assertEquals((await readPinnedEncoder({ file, sha256 }, choice)).sha256, sha256);
    await assertRejects(
      () => readPinnedEncoder({ file, sha256: "0" }, choice),
      Error,
      `its sha256 is ${sha256}, the run's 0`,
    );
    assertEquals(
      describeEncoder("r.safetensors", report),
      "encoder r.safetensors: 100 tensors used, left over: 20 × num_batches_tracked, fc.bias, fc.weight; missing: none; " +
        "taken to be of images normalised by mean 0.485, 0.456, 0.406 and std 0.229, 0.224, 0.225",
    );
  }));

Deno.test("readPinnedEncoder() rewrites a transformer's first layer for the trainer's pixels, and no other weight", () =>
  withTempDir(async (dir) => {
    const file = join(dir, "vit.safetensors");
    await Deno.writeFile(file, writeSafetensors(timmVit(192, 12, 16, 3)));
    const choice = { network: "dpt", preset: "tiny", width: 32, height: 32 };
    const { sha256, weights, report } = await readEncoder(file, choice);
    const pinned = (await readPinnedEncoder({ file, sha256 }, choice)).weights;
    assertStringIncludes(
      describeEncoder(file, report),
      "taken to be of images normalised by mean 0.5, 0.5, 0.5 and std 0.5, 0.5, 0.5",
    );
    const [kernel, bias] = ["encoder/embed/kernel", "encoder/embed/bias"] as const;
    const first = { kernel: weights.get(kernel)!, bias: weights.get(bias)! };
    const given = { mean: pixelMean, std: pixelStd };
    const folded = foldNormalisation(first, report.normalisation, given);
    assertEquals([pinned.get(kernel), pinned.get(bias)], [folded.kernel, folded.bias]);
    assertNotEquals(pinned.get(kernel), weights.get(kernel));
    const same = await readPinnedEncoder({ file, sha256, normalisation: "imagenet" }, choice);
    assertEquals(same.weights, weights);
    assertStringIncludes(describeEncoder(file, same.report), "by mean 0.485, 0.456, 0.406");
    for (const [path, weight] of weights) {
      if (path !== kernel && path !== bias) assertEquals(pinned.get(path), weight, path);
    }
  }));
