import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { hashParts } from "../../models/card_split.ts";
import { scanDataset } from "../../models/dataset.ts";
import { splitDataset } from "../../models/split_dataset.ts";
import { withTempDir } from "../helpers/temp_dir.ts";
import { writeTinyPackage } from "../helpers/tiny_model.ts";
import { writePlainDataset } from "../helpers/plain_dataset.ts";

const root = fromFileUrl(new URL("../../", import.meta.url));

async function bench(...args: string[]) {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-P=bench", "--no-prompt", "runtime/bench.ts", ...args],
    cwd: root,
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), error: decoder.decode(stderr) };
}

Deno.test("deno task bench measures a package and writes JSON", () =>
  withTempDir(async (dir) => {
    const [packageDir, data, json] = ["package", "data", "out/bench.json"].map((name) =>
      join(dir, name)
    ) as [string, string, string];
    await writeTinyPackage(packageDir, { products: ["plate"] });
    await writePlainDataset(data);
    const { code, out, error } = await bench(
      ...["--package", packageDir, "--data", data, "--json", json],
      ...["--providers", "cpu", "--frames", "2", "--threads", "1", "--decoders", "imagescript"],
    );
    assertEquals(code, 0, error);
    assert(out.includes("all_empty") && out.includes("jpeg 8×4"));
    const { latency, quality } = JSON.parse(await Deno.readTextFile(json));
    assertEquals(latency.length, 4);
    // The tiny network finds bright rectangles; two of ten images are in the test part.
    assertEquals([quality[0].images, quality[0].iou_image > 0.5], [2, true]);
  }));

Deno.test("deno task bench gives no IoU of data that is not split as the package was trained, and says why", () =>
  withTempDir(async (dir) => {
    const [packageDir, data, json] = ["package", "data", "bench.json"].map((name) =>
      join(dir, name)
    ) as [string, string, string];
    const card = await writeTinyPackage(packageDir, { products: ["plate"] });
    await writePlainDataset(data);
    const samples = await scanDataset(data);
    const split = await splitDataset(data, samples, card.training.split);
    card.training.split.sha256 = await hashParts(split, samples);
    await Deno.writeTextFile(join(packageDir, "card.json"), JSON.stringify(card));
    const measured = async () => {
      const { code, out, error } = await bench(
        ...["--package", packageDir, "--data", data, "--json", json],
        ...["--providers", "cpu", "--frames", "1", "--threads", "1", "--decoders", "imagescript"],
      );
      assertEquals(code, 0, error);
      return { out, ...JSON.parse(await Deno.readTextFile(json)) };
    };
    const same = await measured();
    assertEquals([same.quality.length, same.noQuality], [1, undefined]);

    await writePlainDataset(data, 9, 5); // four came since
    const grown = await measured();
    assertEquals([grown.quality, grown.latency.length], [[], 4]);
    assertStringIncludes(grown.noQuality, "images of plate come into other parts");
    assertStringIncludes(grown.out, grown.noQuality);
    assertEquals(grown.out.includes("iou"), false);
  }));

Deno.test("deno task bench refuses a provider that it does not know", async () => {
  const { code, error } = await bench("--providers", "tpu");
  assertEquals(code, 2);
  assert(error.includes('--providers must be one of webgpu, cuda, cpu, wasm, is "tpu"'));
});
