import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { checkConfig } from "../../runtime/config/check.ts";
import { fieldsOf } from "../../runtime/config/fields.ts";
import { configSchema } from "../../runtime/config/schema.ts";

const deploy = fromFileUrl(new URL("../../deploy/", import.meta.url));
const compose = await Deno.readTextFile(join(deploy, "compose.yaml"));
const containerfile = await Deno.readTextFile(join(deploy, "Containerfile"));
const settings = JSON.parse(await Deno.readTextFile(join(deploy, "lineside.example.json")));
const { config } = checkConfig(fieldsOf(configSchema), [{ origin: "example", values: settings }]);

/** Where compose.yaml mounts something, by what it mounts there. */
const mounts = new Map(
  compose.matchAll(/^ +- (\.\S+?):(\/\S+?):ro$/gm).map(([, from, to]) => [to!, from!]),
);

Deno.test("compose.yaml mounts nothing over the code of the image", () => {
  const code = containerfile.match(/^COPY --from=packages (\/opt\/\S+) \1$/m)?.[1];
  assert(code !== undefined && mounts.size > 0);
  assertEquals([...mounts.keys()].filter((path) => `${path}/`.startsWith(`${code}/`)), []);
});

Deno.test("the models that the example's settings name are those that compose.yaml mounts and the image holds", () => {
  assertEquals(mounts.get(config.models), "../models");
  assertEquals(containerfile.match(/\bLINESIDE_MODELS=(\S+)/)?.[1], config.models);
  assert(containerfile.includes(`mv models/*/ ${config.models}/`));
  const dir = config.models.replace(/\/models$/, "");
  assert(containerfile.includes(`COPY --from=packages ${dir} ${dir}`));
});

Deno.test("compose.yaml mounts every file that the example's settings name", () => {
  const { tls, auth } = config;
  for (const file of [tls.cert, tls.key, auth.tokens]) {
    assert([...mounts.keys()].some((path) => file!.startsWith(`${path}/`)), file);
  }
  const file = compose.match(/LINESIDE_CONFIG: (\S+)/)?.[1];
  assertEquals(mounts.get(file!), "./lineside.json");
});
