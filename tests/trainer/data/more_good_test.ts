import { join } from "@std/path";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { loadSample } from "../../../models/dataset.ts";
import { encodePng } from "../../../models/encode.ts";
import { sha256Hex } from "../../../models/package.ts";
import { listMoreGood } from "../../../trainer/data/more_good.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

const png = (grey: number) =>
  encodePng({ width: 2, height: 1, data: new Uint8Array(6).fill(grey) });
const nothing = { parts: { train: [], validation: [], test: [] }, sha256: {} };

Deno.test("listMoreGood() lists the images of a folder outside of the data set, as good ones that load", () =>
  withTempDir(async (dir) => {
    const [root, folder] = [join(dir, "data"), join(dir, "more")];
    await Deno.mkdir(root);
    await Deno.mkdir(folder);
    await Deno.writeFile(join(folder, "b.png"), await png(20));
    await Deno.writeFile(join(folder, "a.png"), await png(10));
    await Deno.writeTextFile(join(folder, "notes.txt"), "");
    const options = { root, products: ["bolt"], split: nothing };
    const samples = await listMoreGood(folder, options);
    assertEquals(samples, [
      { product: "bolt", path: "../more/a.png", defect: "good" },
      { product: "bolt", path: "../more/b.png", defect: "good" },
    ]);
    const { image, mask } = await loadSample(root, samples[1]!);
    assertEquals([image.data[0], mask.data.includes(1)], [20, false]);
  }));

Deno.test("listMoreGood() takes a folder of each name for several products, and refuses one that is empty", () =>
  withTempDir(async (dir) => {
    for (const name of ["bolt", "nut"]) await Deno.mkdir(join(dir, name));
    await Deno.writeFile(join(dir, "bolt/a.png"), await png(10));
    const options = { root: dir, products: ["bolt", "nut"], split: nothing };
    await assertRejects(() => listMoreGood(dir, options), Error, `"${join(dir, "nut")}" has none`);
    await Deno.writeFile(join(dir, "nut/b.png"), await png(20));
    const samples = await listMoreGood(dir, options);
    assertEquals(samples.map(({ product }) => product), ["bolt", "nut"]);
    await assertRejects(
      () => listMoreGood(join(dir, "gone"), { ...options, products: ["bolt"] }),
      Error,
      "has none",
    );
  }));

Deno.test("listMoreGood() refuses what the run is measured on, whatever it is called there", () =>
  withTempDir(async (dir) => {
    const bytes = await png(10);
    await Deno.writeFile(join(dir, "copy.png"), bytes);
    const split = {
      parts: { train: [], validation: [], test: ["bolt/7.png"] },
      sha256: { "bolt/7.png": await sha256Hex(bytes) },
    };
    await assertRejects(
      () => listMoreGood(dir, { root: dir, products: ["bolt"], split }),
      Error,
      "what a run is measured on must not train it",
    );
  }));

Deno.test("listMoreGood() takes the folder of one product's name where it is there, else the folder itself", () =>
  withTempDir(async (dir) => {
    await Deno.mkdir(join(dir, "spare/nut/deep"), { recursive: true });
    await Deno.writeFile(join(dir, "spare/nut/deep/n.png"), await png(10));
    const take = async () => {
      const options = { root: dir, products: ["bolt"], split: nothing };
      return (await listMoreGood(join(dir, "spare"), options)).map(({ path }) => path);
    };
    assertEquals(await take(), ["spare/nut/deep/n.png"]);
    await Deno.mkdir(join(dir, "spare/bolt"));
    await Deno.writeFile(join(dir, "spare/bolt/b.png"), await png(20));
    assertEquals(await take(), ["spare/bolt/b.png"]);
  }));

Deno.test("listMoreGood() names every image that cannot be used", () =>
  withTempDir(async (dir) => {
    const bytes = await png(10);
    await Deno.writeFile(join(dir, "a.png"), bytes);
    await Deno.writeFile(join(dir, "cut.png"), bytes.subarray(0, 50));
    const damaged = bytes.slice();
    damaged[45]! ^= 1;
    await Deno.writeFile(join(dir, "damaged.png"), damaged);
    await Deno.writeTextFile(join(dir, "text.jpg"), "no picture");
    const { message } = await assertRejects(
      () => listMoreGood(dir, { root: dir, products: ["bolt"], split: nothing }),
      Error,
      "Cannot take more good images",
    );
    for (const name of ["cut.png", "damaged.png", "text.jpg"]) {
      assertStringIncludes(message, `(in "${join(dir, name)}")`);
    }
    assertEquals(message.includes("a.png"), false);
  }));
