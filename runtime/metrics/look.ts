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
}

export function lookAt({ models, streams, views, connections }: Looked): ServerNow {
  const open = streams.list();
  return {
    models: models.list().map((service) => {
      const { name, version } = service.card;
      const state = service.state();
      const inFlight = open
        .filter(({ model }) => model.name === name && model.version === version)
        .reduce((sum, { counters }) => sum + counters().inFlight, 0);
      return { name, version, state, lanes: state === "ready" ? 1 : 0, inFlight };
    }),
    ...{ streams: streams.size, viewers: views.viewers, connections: connections() },
  };
}
