// `deno task trainer:setup`: sets the tensorflow backend up and shows that it computes.

import { parseFlags, runMain } from "../../models/cli.ts";
import { installTensorflow, SetupError } from "./install.ts";
import { nativeDir } from "./location.ts";
import { checkTensorflow } from "./tensorflow.ts";

const flags = {
  gpu: {
    type: "boolean",
    description: "Build for NVIDIA GPUs; needs CUDA 12 and cuDNN 8.9 on this machine",
  },
  force: { type: "boolean", description: "Build again what is there" },
  ifPossible: {
    type: "boolean",
    description: "Say what is missing and end well when this machine cannot have it",
  },
} as const;

if (import.meta.main) {
  await runMain(async (args) => {
    const { gpu, force, ifPossible } = parseFlags(args, flags, {
      command: "deno task trainer:setup",
      summary:
        "Fetches and builds what the tensorflow backend needs. Runs by itself at the first training.",
    });
    const device = gpu ? "gpu" : "cpu";
    try {
      const built = await installTensorflow({ device, force, log: console.error });
      console.error(`TensorFlow is ${built ? "set up" : "there already"}: ${nativeDir(device)}`);
      console.error(`It computes and differentiates, on the ${await checkTensorflow()}.`);
    } catch (error) {
      if (!(ifPossible && error instanceof SetupError)) throw error;
      console.error(`TensorFlow cannot be set up: ${error.message}`);
    }
  });
}
