// The models of a folder and what happened to their versions. Opens no port and chooses no provider.

import { findPackage, listPackages } from "../../models/package.ts";
import type { Deployment } from "../engine/deployment.ts";
import type { ProviderName } from "../engine/provider.ts";
import type { VariantName } from "../../models/card.ts";
import type { Clock } from "../stream/clock.ts";
import { createTurns } from "../turns.ts";
import { createHistory, type History } from "./history.ts";
import { loadVersion } from "./load_version.ts";
import { createModelRegistry, type ModelRegistry } from "./model_registry.ts";
import { GOOD_PACE_RATIO, paceLately } from "./pace.ts";
import type { RollBackLimits } from "./roll_back.ts";

/** What is opened: the provider and variant of the serving version where there is one. */
export interface OpenOptions {
  readonly packageDir: string;
  readonly provider?: ProviderName;
  readonly variant?: VariantName;
  readonly startTimeoutMs: number;
  /** Wait before and after each lane, in which the serving version catches up. */
  readonly breathMs?: number;
  /** Ends the opening. */
  readonly signal: AbortSignal;
}

export interface RegistryOptions {
  /** Folder with `<name>/<version>/card.json`. */
  readonly root: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  open(options: OpenOptions): Promise<Deployment>;
  /** For verifying, opening, checking and warming up one version. @default {60000} */
  readonly loadTimeoutMs?: number;
  readonly rollBackLimits?: RollBackLimits;
}

export interface Registry {
  readonly root: string;
  readonly history: History;
  list(): readonly ModelRegistry[];
  find(name: string): ModelRegistry | undefined;
  /** A model by its name in the folder; nothing of it is loaded yet. */
  add(name: string): ModelRegistry;
  stop(): Promise<void>;
}

/**
 * Frames queue up while a lane is opened on the cores that serve; in this time they are answered. 40 switches under 0.4 of
 * the load that 2 cores can answer: median age 17 ms, against 22 ms without.
 */
export const BREATH_MS = 60;
const DEFAULT_LOAD_TIMEOUT_MS = 60_000;

export function createRegistry(options: RegistryOptions): Registry {
  const { root, clock, log, loadTimeoutMs = DEFAULT_LOAD_TIMEOUT_MS } = options;
  const history = createHistory({ log });
  const models = new Map<string, ModelRegistry>();
  // Two versions that are timed at once time each other.
  const inTurn = createTurns();

  function create(name: string): ModelRegistry {
    return createModelRegistry({
      ...{ name, clock },
      ...(options.rollBackLimits && { rollBackLimits: options.rollBackLimits }),
      record: history.add,
      list: async () =>
        (await listPackages(root)).filter((entry) => entry.name === name)
          .map(({ version }) => version),
      load(version, like) {
        let variants: readonly string[] = [];
        return inTurn(() =>
          loadVersion({
            ...{ model: `${name} ${version}`, clock, timeoutMs: loadTimeoutMs },
            goodMs: GOOD_PACE_RATIO * (like && paceLately(like) || 0),
            async verify() {
              const { dir, card } = await findPackage(root, name, version);
              variants = Object.keys(card.variants);
              return dir;
            },
            open: (packageDir, signal) =>
              options.open({
                ...{ packageDir, startTimeoutMs: loadTimeoutMs, signal },
                ...(like && { provider: like.provider, breathMs: BREATH_MS }),
                ...(like && variants.includes(like.variant) && { variant: like.variant }),
              }),
          })
        );
      },
    });
  }

  return {
    root,
    history,
    list: () => [...models.values()],
    find: (name) => models.get(name),
    add(name) {
      const model = models.get(name) ?? create(name);
      models.set(name, model);
      return model;
    },
    async stop() {
      await Promise.all([...models.values()].map((model) => model.stop()));
    },
  };
}
