// A table of services that the test has made.

import type { ModelService, ModelTable } from "../../runtime/server/model_service.ts";

export function fakeModelTable(services: readonly ModelService[]): ModelTable {
  return {
    list: () => services,
    versions: () =>
      Promise.resolve(services.map((service) => {
        const { name, version } = service.card;
        const state = service.state();
        return state === "ready" || state === "loading"
          ? { name, version, state, reason: "" }
          : { name, version, state: "unavailable" as const, reason: state };
      })),
    find: (name, version) =>
      services.findLast(({ card }) =>
        card.name === name && (version === undefined || card.version === version)
      ),
  };
}
