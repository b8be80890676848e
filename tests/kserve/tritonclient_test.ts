import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { findPython, testIf } from "../helpers/require.ts";
import { startTiny } from "../helpers/tiny_server.ts";

await testIf("triton", "tritonclient gets the numbers of ONNX Runtime", async () => {
  await using server = await startTiny();
  const script = fromFileUrl(new URL("./compare_tritonclient.py", import.meta.url));
  const { success, stdout, stderr } = await new Deno.Command((await findPython())!, {
    args: [script, new URL(server.url).host, join(server.root, "tiny/1.0.0")],
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assertEquals([success, said.includes("all as ONNX Runtime says")], [true, true], said);
});
