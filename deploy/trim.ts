// Takes out of deno.json what only training and tests import, so that an image does not carry it.
// Used as: deno run --allow-read=deno.json --allow-write=deno.json deploy/trim.ts

const NOT_AT_RUN_TIME = /^(@tensorflow\/|node-api-headers$|onnx-proto$|playwright-core$)/;

const config = JSON.parse(await Deno.readTextFile("deno.json")) as {
  imports: Record<string, string>;
};
for (const name of Object.keys(config.imports)) {
  if (NOT_AT_RUN_TIME.test(name)) delete config.imports[name];
}
await Deno.writeTextFile("deno.json", JSON.stringify(config, undefined, 2));
