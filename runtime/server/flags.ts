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
    type: "string",
    description: "Model to serve, NAME or NAME@VERSION; the newest version",
  },
  provider: {
    type: "string",
    description: "What computes; auto measures what this machine has",
    choices: ["auto", ...PROVIDER_NAMES],
    default: "auto",
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
