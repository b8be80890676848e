// The flags that every command with a server takes.

import { DECODER_NAMES } from "../decoder.ts";
import { PROVIDER_NAMES } from "../engine/provider.ts";

export const SERVER_FLAGS = {
  models: {
    type: "string",
    description: "Folder of model packages, <name>/<version>/card.json",
    default: "models",
  },
  model: {
    type: "list",
    description: "Models to serve, NAME or NAME@VERSION (default: the newest version of all)",
  },
  watch: {
    type: "boolean",
    description: "Switch to newer versions that appear in the models folder",
  },
  provider: {
    type: "string",
    description: "What computes; auto measures what this machine has",
    choices: ["auto", ...PROVIDER_NAMES],
    default: "auto",
  },
  lanes: {
    type: "integer",
    description: "Sessions that compute at once, on a CPU (default: what suits the cores)",
    min: 1,
    max: 64,
  },
  threads: {
    type: "integer",
    description: "Threads of each lane (default: what suits the cores)",
    min: 1,
    max: 256,
  },
  maxBatch: {
    type: "integer",
    description: "Most frames that a lane takes at once; a CPU gains nothing by more",
    min: 1,
    max: 64,
    default: 1,
  },
  maxWaitMs: {
    type: "number",
    description: "Milliseconds that a frame waits for others to fill its batch",
    min: 0,
    max: 1000,
    default: 0,
  },
  decoder: {
    type: "string",
    description: "What decodes PNG and JPEG; auto takes sharp where it is installed",
    choices: ["auto", ...DECODER_NAMES],
    default: "auto",
  },
  host: { type: "string", description: "Address to listen on", default: "127.0.0.1" },
  port: {
    type: "integer",
    description: "Port to listen on; 0 takes a free one",
    min: 0,
    max: 65535,
    default: 8780,
  },
} as const;
