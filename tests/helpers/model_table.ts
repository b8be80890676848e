// A table of services that the test has made.

import type { ModelService, ModelTable } from "../../runtime/server/model_service.ts";

export function fakeModelTable(services: readonly ModelService[]): ModelTable {
  return {
    list: () => services,
    find: (name, version) =>
      services.findLast(({ card }) =>
        card.name === name && (version === undefined || card.version === version)
      ),
  };
}
