import { join } from "@std/path";
import { assertEquals, assertNotEquals } from "@std/assert";
import { hashParts, productsSplitOtherwise, splitByCard } from "../../models/card_split.ts";
import { scanDataset } from "../../models/dataset.ts";
import type { Split } from "../../models/split.ts";
import { splitDataset } from "../../models/split_dataset.ts";
import { writePlainDataset } from "../helpers/plain_dataset.ts";
import { withTempDir } from "../helpers/temp_dir.ts";

Deno.test("hashParts() says which image of a product is in which part", async () => {
  const samples = ["a", "b", "c"].map((path) => ({ path, product: "bolt", defect: "good" }));
  const other = { path: "d", product: "nut", defect: "good" };
  const hash = async (train: string[], test: string[], all = samples) =>
    (await hashParts({ parts: { train, validation: [], test } }, all)).bolt;
  const whole = await hash(["a", "b"], ["c"]);
  assertEquals(await hash(["b", "a"], ["c"]), whole);
  assertEquals(await hash(["b", "d", "a"], ["c"], [...samples, other]), whole);
  assertNotEquals(await hash(["a"], ["b", "c"]), whole);
  assertNotEquals(await hash(["a", "b", "c"], []), whole);
});

Deno.test("productsSplitOtherwise() names what is in other parts, and believes a card that says nothing of a product", async () => {
  const samples = ["bolt", "nut"].flatMap((product) =>
    ["a", "b"].map((name) => ({ path: `${product}/${name}`, product, defect: "good" }))
  );
  const paths = samples.map(({ path }) => path);
  const parts = { train: paths.slice(0, 3), validation: [], test: paths.slice(3) };
  const other = { train: paths.slice(0, 2), validation: [], test: paths.slice(2) };
  const sha256 = await hashParts({ parts }, samples);
  const said = { seed: 0, ratios: [6, 2, 2] as [number, number, number] };
  const named = (sha256: Record<string, string>, parts: Split["parts"]) =>
    productsSplitOtherwise({ ...said, sha256 }, { parts }, samples);
  assertEquals(await named(sha256, parts), []);
  assertEquals(await named(sha256, other), ["nut"]);
  assertEquals(await named({ bolt: sha256.bolt! }, other), []);
  assertEquals(await productsSplitOtherwise(said, { parts: other }, samples), []);
});

Deno.test("splitByCard() splits as a package was from before each part got one of few defects, and as one since", () =>
  withTempDir(async (root) => {
    await writePlainDataset(root, 9, 3);
    const samples = await scanDataset(root);
    const [before, since] = await Promise.all(
      [false, true].map((spreadsDefects) =>
        splitDataset(root, samples, { seed: 0, spreadsDefects })
      ),
    ) as [Split, Split];
    assertNotEquals(before.parts, since.parts);
    for (const { seed, ratios, parts } of [before, since]) {
      const said = { seed, ratios, sha256: await hashParts({ parts }, samples) };
      assertEquals((await splitByCard(said, root, samples)).parts, parts);
    }
    // Cards that say nothing are the oldest.
    const { seed, ratios } = before;
    assertEquals((await splitByCard({ seed, ratios }, root, samples)).parts, before.parts);

    const said = { seed, ratios, sha256: await hashParts(before, samples) };
    await Deno.remove(join(root, before.parts.test[0]!));
    const left = await scanDataset(root);
    const split = await splitByCard(said, root, left);
    assertEquals(await productsSplitOtherwise(said, split, left), ["plate"]);
  }));
