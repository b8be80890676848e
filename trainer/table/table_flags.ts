// The flags of `deno task table`.

import type { FlagsSpec } from "../../models/cli.ts";
import { presetNames } from "../networks/presets.ts";
import { formatPresets, tunedPresets } from "../recipes.ts";
import { encoderFlags, recipeFlags, runFlags } from "../train_flags.ts";

export const tableFlags = {
  ...runFlags,
  splitSeed: {
    type: "list",
    default: ["0"],
    description:
      "Decides which image is in which part; of several, as 0,1,2, every cell is trained on each",
  },
  classes: { type: "list", description: "Classes to train on, one model each (default: all)" },
  networks: {
    type: "list",
    choices: [...presetNames.keys()],
    default: ["unet", "resunet", "dpt"],
    description: "Networks to train",
  },
  presets: {
    type: "list",
    description: `Sizes of networks (default for each: ${formatPresets(tunedPresets)})`,
  },
  encoder: {
    type: "string",
    description:
      "Published weights (.safetensors) for the encoder of dpt; the other networks start from chance",
  },
  ...encoderFlags,
  out: {
    type: "string",
    default: "runs/table",
    description: "Folder of runs, packages and results",
  },
  finished: {
    type: "boolean",
    description: "Train nothing: write the table of what is finished in --out, a dash for the rest",
  },
  readme: {
    type: "string",
    description:
      "Document whose section between the markers table:begin and table:end gets the table",
  },
  ...recipeFlags,
} as const satisfies FlagsSpec;
