// The backends that trainer tests run on, each with the capability that gates it.

import { useBackend } from "../../trainer/backend/select.ts";

const quiet = () => {};

export const testBackends = [
  { capability: "tensorflow", use: () => useBackend("tensorflow", quiet) },
  { capability: "webgpu", use: () => useBackend("webgpu", quiet) },
] as const;
