import { assertEquals, assertNotEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { findPackage } from "../../models/package.ts";

const root = fromFileUrl(new URL("../../", import.meta.url));
const helper = new URL("../../models/native_onnxruntime.ts", import.meta.url).href;

Deno.test("importNativeOnnxRuntime() loads a build that keeps no files of its own", async () => {
  const silent = `(await import(${JSON.stringify(helper)})).importNativeOnnxRuntime()`;
  assertEquals(await filesLeftBy(silent), []);
  assertNotEquals(await filesLeftBy(`import("onnxruntime-node")`), [], "nothing to keep it from");
});

/** Opens a session in a process of its own; what that left in its home, which is also its folder for temporary files. */
async function filesLeftBy(load: string): Promise<string[]> {
  const graph = (await findPackage(join(root, "models"), "unet-tiny")).variantPath("fp32");
  const home = await Deno.makeTempDir();
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["eval", "--quiet", "--config", join(root, "deno.json")],
        `const { InferenceSession } = await ${load};
         await (await InferenceSession.create(${JSON.stringify(graph)})).release();`,
      ],
      // Not the variables of a test's surroundings: the build is silent there in any case.
      ...{ clearEnv: true, env: { HOME: home, TMPDIR: home, DENO_DIR: await denoDir() } },
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return await Array.fromAsync(Deno.readDir(home), ({ name }) => name);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return (JSON.parse(new TextDecoder().decode(stdout)) as { denoDir: string }).denoDir;
}
