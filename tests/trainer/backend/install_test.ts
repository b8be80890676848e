import { join } from "@std/path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { nativeDir } from "../../../trainer/backend/location.ts";
import { exists } from "../../../models/files.ts";
import { withTempDir } from "../../helpers/temp_dir.ts";

const command = new URL("../../../trainer/backend/setup.ts", import.meta.url).pathname;

/** Runs the set-up on a machine that has these programs and no others. */
async function setUp(programs: Record<string, string>, ...flags: string[]) {
  let result = { code: -1, said: "" };
  await withTempDir(async (dir) => {
    for (const [name, script] of Object.entries(programs)) {
      await Deno.writeTextFile(join(dir, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-P=setup", command, "--force", ...flags],
      env: { PATH: dir, LD_LIBRARY_PATH: "/usr/local/cuda/lib64" }, // as machines with a GPU have it
      stdout: "null",
      stderr: "piped",
    }).output();
    result = { code, said: new TextDecoder().decode(stderr) };
  });
  return result;
}

Deno.test("installTensorflow() says what to install when Python or its pip is missing", async () => {
  for (const programs of [{}, { python3: "exit 1" }]) {
    const { code, said } = await setUp(programs);
    assertEquals(code, 1);
    assertStringIncludes(said, "apt-get install python3-pip");
    assertStringIncludes(said, "--backend webgpu");
  }
});

Deno.test("installTensorflow() says what to install when there is no compiler", async () => {
  const { code, said } = await setUp({ python3: "exit 0" });
  assertEquals(code, 1);
  assertStringIncludes(said, "apt-get install g++");
});

Deno.test("installTensorflow() tries a download twice, says why it failed and leaves nothing", async () => {
  const before = await exists(nativeDir("cpu"));
  const python3 = `case "$*" in
    *--version) exit 0 ;;
    *) echo "attempt $*" >> "\${0%/*}/attempts"; cat "\${0%/*}/attempts" >&2; exit 7 ;;
  esac`;
  const { code, said } = await setUp({
    python3: `PATH=/bin:/usr/bin\n${python3}`,
    "g++": "exit 0",
  });
  assertEquals(code, 1);
  assertStringIncludes(said, "ended with 7");
  assertEquals(said.match(/^attempt .*tensorflow/gm)?.length, 2);
  assertEquals(await exists(nativeDir("cpu")), before);
  assertEquals(await exists(`${nativeDir("cpu")}.building`), false);
});

Deno.test("setup --if-possible ends well on a machine that cannot have it", async () => {
  const { code, said } = await setUp({}, "--if-possible");
  assertEquals(code, 0);
  assertStringIncludes(said, "python3-pip");
});
