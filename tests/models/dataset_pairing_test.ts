import { assertEquals } from "@std/assert";
import { findEmptyFolders, pairUp, saysGood } from "../../models/dataset_pairing.ts";
import { emptyFiles, withFiles } from "../helpers/data_files.ts";

Deno.test("saysGood() knows the words, and their negations", () => {
  const good = ["good", "OK", "MT_Free", "defect-free", "normal", "sound parts", "ok2"];
  const bad = ["not_ok", "No Good", "non-normal", "nok", "abnormal", "freeze", "scratch", ""];
  assertEquals(good.filter((name) => !saysGood(name)), []);
  assertEquals(bad.filter(saysGood), []);
});

Deno.test("pairUp() pairs by path without ending; the first folder names the defect", () => {
  const images = { prefix: "i/", paths: ["a.png", "good/b.jpg", "good/c.jpg", "scratch/x/d.jpg"] };
  const masks = { prefix: "m/", paths: ["a.PNG", "good/c.png", "scratch/x/d.png"] };
  const found = pairUp("bolt", images, masks);
  assertEquals(found.samples, [
    { product: "bolt", path: "i/a.png", defect: "", maskPath: "m/a.PNG" },
    { product: "bolt", path: "i/good/b.jpg", defect: "good" },
    { product: "bolt", path: "i/good/c.jpg", defect: "good", maskPath: "m/good/c.png" },
    {
      product: "bolt",
      path: "i/scratch/x/d.jpg",
      defect: "scratch",
      maskPath: "m/scratch/x/d.png",
    },
  ]);
  assertEquals(found.problems, []);
});

Deno.test("pairUp() names images without a mask or with two, and masks without an image", () => {
  const images = { prefix: "i/", paths: ["bent/a.png", "bent/b.png", "bent/c.png", "d.png"] };
  const masks = { prefix: "m/", paths: ["bent/c.jpg", "bent/c.png", "bent/e.png"] };
  const { samples, problems } = pairUp("bolt", images, masks);
  assertEquals(samples, []);
  assertEquals(problems.map(({ kind, path }) => [kind, path]), [
    ["missing-mask", "i/bent/a.png"],
    ["missing-mask", "i/bent/b.png"],
    ["two-masks", "i/bent/c.png"],
    ["missing-mask", "i/d.png"],
    ["missing-image", "m/bent/e.png"],
  ]);
  assertEquals(
    problems[0]?.message,
    '"i/bent/a.png" has no mask, must be "m/bent/a.png"; ' +
      "an image without a defect needs a black one, or a folder called good",
  );
});

Deno.test("pairUp() names images that share a mask, but for good ones, which need none", () => {
  const images = {
    prefix: "i/",
    paths: ["bent/a.jpg", "bent/a.png", "bent/b.png", "c.JPG", "c.png", "ok/d.jpg", "ok/d.png"],
  };
  const masks = { prefix: "m/", paths: ["bent/a.png", "bent/b.png", "c.png", "ok/d.png"] };
  const { samples, problems } = pairUp("bolt", images, masks);
  assertEquals(samples.map(({ path }) => path), ["i/bent/b.png", "i/ok/d.jpg", "i/ok/d.png"]);
  assertEquals(problems, [
    {
      kind: "two-images",
      path: "m/bent/a.png",
      others: ["i/bent/a.jpg", "i/bent/a.png"],
      message: '"m/bent/a.png" is the mask of "i/bent/a.jpg" and "i/bent/a.png": ' +
        "give each image a name and a mask of its own, or remove one",
    },
    {
      kind: "two-images",
      path: "m/c.png",
      others: ["i/c.JPG", "i/c.png"],
      message: '"m/c.png" is the mask of "i/c.JPG" and "i/c.png": ' +
        "give each image a name and a mask of its own, or remove one",
    },
  ]);
});

Deno.test("pairUp() names an image of another format where it finds none for a mask", () => {
  const images = { prefix: "i/", paths: ["ok/b.png"], others: ["bent/a.bmp", "bent/c.webp"] };
  const masks = { prefix: "m/", paths: ["bent/a.png", "bent/e.png"] };
  const { problems } = pairUp("bolt", images, masks);
  assertEquals(problems.map(({ kind, path }) => [kind, path]), [
    ["unreadable-image", "i/bent/a.bmp"],
    ["missing-image", "m/bent/e.png"],
  ]);
  assertEquals(
    problems[0]?.message,
    '"i/bent/a.bmp", whose mask is "m/bent/a.png", must be PNG or JPEG',
  );
});

Deno.test("findEmptyFolders() names the folders without a picture at any depth", () =>
  withFiles(emptyFiles("i/full/x/a.png", "i/ful/", "i/none/a.txt"), async (root) => {
    const found = await findEmptyFolders(root, { prefix: "i/", paths: ["full/x/a.png"] });
    assertEquals(found.map(({ kind, path }) => [kind, path]), [
      ["empty-class", "i/ful"],
      ["empty-class", "i/none"],
    ]);
  }));
