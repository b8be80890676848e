// What createApp needs around its routes when a test looks at none of it.

import { createMetrics } from "../../runtime/metrics/metrics.ts";
import { createDrain } from "../../runtime/server/drain.ts";

export const NO_MODELS = {
  models: [],
  queues: [],
  deployments: [],
  streams: 0,
  viewers: 0,
  connections: 0,
};

export function plainOperations() {
  return {
    middleware: [],
    metrics: createMetrics({ maxStreams: 4, now: () => NO_MODELS, scoresOf: () => undefined }),
    drain: createDrain(),
    frameBudget: () => () => 0,
    onRevoked: () => () => {},
    upgrade: () => undefined,
  };
}
