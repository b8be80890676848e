import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { readFolder } from "../../../runtime/registry/folder_snapshot.ts";
import { writePackage } from "../../helpers/package.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

const only = async (root: string) => [...(await readFolder(root)).values()][0]!;

Deno.test("readFolder() lists whole packages by name and version", () =>
  withTempDir(async (root) => {
    await writePackage(join(root, "unet-small", "1.0.0"), "1.0.0");
    await writePackage(join(root, "unet-small", "1.1.0"), "1.1.0");
    const seen = await readFolder(root);
    assertEquals([...seen.keys()], ["unet-small/1.0.0", "unet-small/1.1.0"]);
    assertEquals([...seen.values()].map(({ problem }) => problem), [undefined, undefined]);
  }));

Deno.test("readFolder() says what a package lacks, whichever file comes last", () =>
  withTempDir(async (root) => {
    const dir = join(root, "unet-small", "1.0.0");
    const problems: [change: () => Promise<void>, says: string][] = [
      [() => Deno.remove(join(dir, "card.json")), "card.json is missing"],
      [() => Deno.writeTextFile(join(dir, "card.json"), '{"schema":'), "JSON"],
      [() => Deno.writeTextFile(join(dir, "card.json"), "{}"), "Cannot read card"],
      [() => Deno.remove(join(dir, "fp32.onnx")), "fp32.onnx has no bytes, card says 5"],
      [() => Deno.writeTextFile(join(dir, "fp32.onnx"), "gra"), "fp32.onnx has 3 bytes"],
      [() => Deno.remove(join(dir, "golden.safetensors")), "golden.safetensors is missing"],
    ];
    for (const [change, says] of problems) {
      await writePackage(dir);
      await change();
      const { problem } = await only(root);
      assert(problem?.includes(says), `"${problem}" says not "${says}"`);
    }
  }));

Deno.test("readFolder() gives another signature when a file is written again", () =>
  withTempDir(async (root) => {
    const dir = join(root, "unet-small", "1.0.0");
    await writePackage(dir);
    const before = await only(root);
    assertEquals((await only(root)).signature, before.signature);
    await Deno.utime(join(dir, "fp32.onnx"), 1, 1);
    assertNotEquals((await only(root)).signature, before.signature);
  }));

Deno.test("readFolder() finds nothing in an absent folder", async () => {
  assertEquals((await readFolder("no/such/folder")).size, 0);
});
