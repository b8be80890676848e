// The registry of one model on fake deployments and a clock that the test moves.

import { createHistory, type History, type RegistryEvent } from "../../runtime/registry/history.ts";
import { createLoadedVersion } from "../../runtime/registry/loaded_version.ts";
import { createModelRegistry, type ModelRegistry } from "../../runtime/registry/model_registry.ts";
import type { Registry } from "../../runtime/registry/registry.ts";
import { type FakeClock, fakeClock } from "./fake_clock.ts";
import {
  type FakeDeployment,
  fakeDeployment,
  type FakeDeploymentOptions,
} from "./fake_deployment.ts";

export interface FakeRegistry {
  readonly model: ModelRegistry;
  readonly clock: FakeClock;
  readonly events: Omit<RegistryEvent, "at">[];
  readonly history: History;
  /** All that were ever opened, in order. */
  readonly opened: FakeDeployment[];
  /** The newest that was opened of a version. */
  deployment(version: string): FakeDeployment;
  /** Versions in the folder. */
  readonly folder: string[];
  /** What loading a version throws, waits for, or takes per frame in ms. */
  readonly errors: Map<string, Error>;
  readonly gates: Map<string, Promise<void>>;
  readonly probes: Map<string, number>;
}

export function fakeRegistry(
  options: FakeDeploymentOptions = { auto: true },
  name = "tiny",
): FakeRegistry {
  const [clock, events, opened] = [
    fakeClock(),
    [] as FakeRegistry["events"],
    [] as FakeDeployment[],
  ];
  const folder = ["1.0.0", "1.1.0", "1.2.0", "2.0.0", "3.0.0"];
  const [errors, gates] = [new Map<string, Error>(), new Map<string, Promise<void>>()];
  const probes = new Map<string, number>();
  const history = createHistory({ log: () => {} });
  const model = createModelRegistry({
    ...{ name, clock },
    record(event) {
      events.push(event);
      history.add(event);
    },
    list: () => Promise.resolve([...folder]),
    async load(version) {
      await gates.get(version);
      const error = errors.get(version);
      if (error) throw error;
      const deployment = fakeDeployment(version, options);
      opened.push(deployment);
      return createLoadedVersion(deployment, probes.get(version) ?? 10, clock);
    },
  });
  return {
    ...{ model, history, clock, events, opened, folder, errors, gates, probes },
    deployment(version) {
      const found = opened.findLast(({ card }) => card.version === version);
      if (!found) throw new Error(`${version} was never opened`);
      return found;
    },
  };
}

/** A registry with that one model. */
export function registryOf({ model, history }: FakeRegistry): Registry {
  return {
    ...{ root: "models", history },
    list: () => [model],
    find: (name) => name === model.name ? model : undefined,
    add: () => model,
    stop: () => model.stop(),
  };
}
