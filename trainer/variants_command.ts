// `deno task variants`: half floats and int8 for a package that has them not, or has others.

import { parseFlags, runMain, UsageError } from "../models/cli.ts";
import { addVariants } from "./add_variants.ts";
import { splitFileOf, splitFlags } from "./split_flags.ts";
import { describeVariant, variantFlags, variantOptionsOf } from "./variant_flags.ts";

const flags = {
  package: { type: "string", description: "Folder of the package, like models/unet-tiny/1.0.0" },
  data: {
    type: "string",
    description:
      'What it was trained on: a folder in one of the layouts of deno task data, or "fixtures"',
  },
  ...splitFlags,
  version: { type: "string", description: "Semantic version of the package that is written" },
  variants: {
    type: "list",
    choices: ["fp16", "int8"],
    default: ["fp16", "int8"],
    description: "Precisions to write beside fp32",
  },
  ...variantFlags,
  models: {
    type: "string",
    description:
      "Folder of packages (default: the one that the package lies in by name and version, else models)",
  },
  replace: { type: "boolean", description: "Overwrite the package of this version" },
} as const;

if (import.meta.main) {
  await runMain(async (args) => {
    const given = parseFlags(args, flags, {
      command: "deno task variants",
      summary:
        "Writes a new version of a package with half floats and int8 beside its float32, each measured on the test part.",
    });
    if (given.package === undefined) throw new UsageError("--package must name a folder");
    if (given.data === undefined) throw new UsageError("--data must name a folder");
    if (given.version === undefined) {
      throw new UsageError("--version must be that of the new package");
    }
    const { dir, variants } = await addVariants({
      ...{ dir: given.package, data: given.data, version: given.version, replace: given.replace },
      splitFile: await splitFileOf(given),
      models: given.models,
      variants: { ...variantOptionsOf(given), say: (line) => console.error(line) },
    });
    for (const variant of variants) console.log(describeVariant(variant));
    console.error(`Wrote ${dir}`);
  });
}
