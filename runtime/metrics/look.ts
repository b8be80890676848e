// What is now, for the metrics: taken from the server's own tables at the moment of a scrape.

import type { ModelTable } from "../server/model_service.ts";
import type { StreamTable } from "../stream/streams.ts";
import type { Views } from "../stream/views.ts";
import type { ServerNow } from "./metrics.ts";

export interface Looked {
  readonly models: ModelTable;
  readonly streams: StreamTable;
  readonly views: Views;
  readonly connections: () => number;
  readonly certificateEnds: () => Date | undefined;
}

export function lookAt(looked: Looked): ServerNow {
  const { models, streams, views, connections, certificateEnds } = looked;
  const waiting = new Map<string, number>();
  for (const { card, turns } of models.services()) {
    const key = `${card.name} ${card.version}`;
    waiting.set(key, (waiting.get(key) ?? 0) + turns.waiting);
  }
  return {
    models: models.list().map(({ card: { name, version }, state }) => ({
      ...{ name, version, state: state() },
    })),
    queues: [...waiting].map(([key, waiting]) => {
      const [name, version] = key.split(" ", 2) as [string, string];
      return { name, version, waiting };
    }),
    deployments: models.deployments().map(({ card: { name, version }, lanes, inFlight }) => ({
      ...{ name, version, lanes: lanes.length, inFlight },
    })),
    ...{ streams: streams.size, viewers: views.viewers, connections: connections() },
    certificateEnds: certificateEnds(),
  };
}
