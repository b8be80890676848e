// The router of a model with one deployment: none until it is attached, then always that one.

import type { Deployment } from "../../runtime/engine/deployment.ts";
import { sumCapacity } from "../../runtime/engine/lane_capacity.ts";
import { type Router, UnavailableError } from "../../runtime/server/model_service.ts";

export interface SingleRouter extends Router {
  attach(deployment: Deployment): void;
}

export function createSingleRouter(): SingleRouter {
  let serving: Deployment | undefined;
  return {
    get slots() {
      return sumCapacity(serving?.lanes ?? []);
    },
    get serving() {
      return serving;
    },
    pick() {
      if (serving?.alive) return serving;
      throw new UnavailableError("not-ready", "The model is loading, or its lanes have failed");
    },
    observe() {},
    attach(deployment) {
      serving = deployment;
    },
  };
}
