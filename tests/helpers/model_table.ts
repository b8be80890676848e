// A table of services that the test has made.

import type { Deployment } from "../../runtime/engine/deployment.ts";
import type { ModelService, ModelTable } from "../../runtime/server/model_service.ts";

export function fakeModelTable(
  services: readonly ModelService[],
  deployments: readonly Deployment[] = [],
): ModelTable {
  return {
    list: () => services,
    services: () => services,
    deployments: () => deployments,
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
