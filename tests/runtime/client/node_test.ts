import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { findNode, testIf } from "../../helpers/require.ts";
import { startTiny } from "../../helpers/tiny_server.ts";

await testIf("node", "the client runs in Node as it is", async () => {
  await using server = await startTiny();
  const script = fromFileUrl(new URL("./node_client.ts", import.meta.url));
  const { stdout, stderr } = await new Deno.Command((await findNode())!, {
    args: [script, server.url],
  }).output();
  const errors = new TextDecoder().decode(stderr);
  const output = new TextDecoder().decode(stdout);
  assertEquals(output !== "", true, errors);
  const { outcomes, event, ...seen } = JSON.parse(output);
  assertEquals(seen, { verdict: "ok", received: 3 });
  // Which of three frames are replaced by a newer one, and which of two lanes is done first, the machine says.
  assertEquals([0, 1, 2].includes(event), true);
  assertEquals(outcomes.length, 3);
  for (const outcome of outcomes) assertEquals(["done", "dropped"].includes(outcome), true);
});
