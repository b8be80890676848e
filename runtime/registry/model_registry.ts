// The versions of one model and the operations on them, one after the other. Who gets which batch is traffic.ts's
// matter, how a version is loaded load_version.ts's.

import type { Levels } from "../engine/lane.ts";
import { sumCapacity } from "../engine/lane_capacity.ts";
import type { Router } from "../server/model_service.ts";
import { UnavailableError } from "../server/model_service.ts";
import type { Clock } from "../stream/clock.ts";
import { RegistryError } from "./errors.ts";
import type { RegistryEvent } from "./history.ts";
import type { LoadedVersion } from "./loaded_version.ts";
import { createOperations } from "./operations.ts";
import { checkPace } from "./pace.ts";
import type { RollBackLimits } from "./roll_back.ts";
import { createTraffic, type Traffic } from "./traffic.ts";
import { describeVersions, type Refusal, type VersionState } from "./version_states.ts";

export interface SwitchOptions {
  /** How long the new version is watched and the one before kept warm. @default {60000} */
  readonly watchMs?: number;
  /** Switches to a version that is many times slower, too. */
  readonly force?: boolean;
}

/** The operations reject with RegistryError; what served before goes on serving then. */
export interface ModelRegistry {
  readonly name: string;
  readonly traffic: Traffic;
  /** For those who name a version: only that one, while it is loaded. */
  router(version: string): Router;
  versions(): Promise<VersionState[]>;
  /** The versions in memory. */
  loaded(): readonly LoadedVersion[];
  load(version: string): Promise<void>;
  unload(version: string): Promise<void>;
  switchTo(version: string, options?: SwitchOptions): Promise<void>;
  startCanary(version: string, share: number): Promise<void>;
  endCanary(): Promise<void>;
  startShadow(version: string): Promise<void>;
  endShadow(): Promise<void>;
  rollBack(): Promise<void>;
  /** Changes the levels of the serving version, until another one serves. */
  setLevels(levels: Partial<Levels>): Promise<Levels>;
  /** Waits for the operation that runs, then frees all versions when their batches are done. */
  stop(): Promise<void>;
}

export interface ModelRegistryOptions {
  readonly name: string;
  readonly clock: Clock;
  record(event: Omit<RegistryEvent, "at">): void;
  /** Versions in the folder, from old to new. */
  list(): Promise<readonly string[]>;
  /** @param like the version that serves, whose provider fits this box. @throws {RegistryError} */
  load(version: string, like: LoadedVersion | undefined): Promise<LoadedVersion>;
  readonly rollBackLimits?: RollBackLimits;
}

const DEFAULT_WATCH_MS = 60_000;
/** Versions of one model in memory: serving, previous, canary, shadow. */
const MAX_LOADED = 4;
const MAX_WAITING_OPERATIONS = 8;

export function createModelRegistry(options: ModelRegistryOptions): ModelRegistry {
  const { name, clock } = options;
  const loaded = new Map<string, LoadedVersion>();
  const refused = new Map<string, Refusal>();
  const retiring = new Set<Promise<void>>();
  const operations = createOperations(MAX_WAITING_OPERATIONS);
  let loading: string | undefined;
  let stopping = false;

  const record = (event: Omit<RegistryEvent, "at" | "model">) =>
    options.record({ model: name, ...event });
  const traffic = createTraffic({
    ...{ name, clock, record },
    ...(options.rollBackLimits && { limits: options.rollBackLimits }),
    release(version, failed) {
      if (failed || !version.pinned) drop(version);
    },
  });

  function drop(version: LoadedVersion): void {
    if (loaded.get(version.version) === version) loaded.delete(version.version);
    record({ kind: "unloaded", version: version.version });
    const retired = version.retire().catch((error) => {
      record({ kind: "failed", version: version.version, reason: `unloading: ${error}` });
    }).finally(() => retiring.delete(retired));
    retiring.add(retired);
  }

  /** The loaded version, or a new one. */
  async function obtain(version: string): Promise<LoadedVersion> {
    const found = loaded.get(version);
    if (found?.alive) return found;
    if (found && traffic.roleOf(version) === undefined) drop(found);
    if (loaded.size >= MAX_LOADED) {
      const has = [...loaded.keys()].join(", ");
      throw new RegistryError(
        "too-many-versions",
        `Cannot load ${name} ${version}: ${has} are loaded, the limit is ${MAX_LOADED}; unload one`,
      );
    }
    loading = version;
    try {
      const next = await options.load(version, traffic.serving);
      loaded.set(version, next);
      refused.delete(version);
      record({ kind: "loaded", version, reason: `${next.variant} on ${next.provider}` });
      return next;
    } catch (error) {
      throw refuse(version, error);
    } finally {
      loading = undefined;
    }
  }

  function refuse(version: string, error: unknown): unknown {
    if (!(error instanceof RegistryError)) return error;
    const { code, message } = error;
    record({ kind: "refused", version, code, reason: message });
    if (code === "no-such-version") return error;
    refused.set(version, { code, reason: message });
    return error;
  }

  /** Only versions without a part in serving become something else. */
  function checkFree(version: string, role: "canary" | "shadow"): void {
    if (!traffic.serving) {
      throw new RegistryError(
        "nothing-serves",
        `Cannot start a ${role} of ${name}: nothing serves`,
      );
    }
    const has = traffic.roleOf(version);
    if (has === undefined || has === role) return;
    throw new RegistryError("in-use", `Cannot make ${name} ${version} the ${role}: it is ${has}`);
  }

  function perform<T>(operation: () => Promise<T>): Promise<T> {
    return operations.run(() => {
      if (stopping) throw new RegistryError("stopping", `Cannot change ${name}: the server stops`);
      return operation();
    });
  }

  /** A version that was loaded only for an operation which then refused it. */
  function dropUnused(version: LoadedVersion): void {
    if (!version.pinned && traffic.roleOf(version.version) === undefined) drop(version);
  }

  return {
    name,
    traffic,
    router(version) {
      const found = () => loaded.get(version);
      return {
        get serving() {
          return found();
        },
        get slots() {
          return sumCapacity(found()?.lanes ?? []);
        },
        pick() {
          const deployment = found();
          if (deployment?.alive) return deployment;
          throw new UnavailableError("not-ready", `Model "${name}" ${version} is not loaded`);
        },
        observe: (deployment, batch) => traffic.observe(deployment, batch),
      };
    },
    versions: async () =>
      describeVersions({ inFolder: await options.list(), loaded, loading, refused, traffic }),

    loaded: () => [...loaded.values()],

    load: (version) =>
      perform(async () => {
        (await obtain(version)).pinned = true;
      }),
    unload: (version) =>
      perform(() => {
        const found = loaded.get(version);
        if (!found) {
          const message = `Cannot unload ${name} ${version}: it is not loaded`;
          throw new RegistryError("not-loaded", message);
        }
        const role = traffic.roleOf(version);
        if (role !== undefined) {
          throw new RegistryError("in-use", `Cannot unload ${name} ${version}: it is ${role}`);
        }
        drop(found);
        return Promise.resolve();
      }),
    switchTo: (version, { watchMs = DEFAULT_WATCH_MS, force = false } = {}) =>
      perform(async () => {
        if (traffic.serving?.version === version && traffic.serving.alive) return;
        const next = await obtain(version);
        try {
          if (traffic.serving && !force) checkPace(next, traffic.serving);
        } catch (error) {
          refuse(version, error);
          dropUnused(next);
          throw error;
        }
        traffic.serve(next, watchMs);
      }),
    startCanary: (version, share) =>
      perform(async () => {
        checkFree(version, "canary");
        traffic.startCanary(await obtain(version), share);
      }),
    endCanary: () =>
      perform(() => {
        traffic.endCanary("asked for");
        return Promise.resolve();
      }),
    startShadow: (version) =>
      perform(async () => {
        checkFree(version, "shadow");
        traffic.startShadow(await obtain(version));
      }),
    endShadow: () =>
      perform(() => {
        traffic.endShadow("asked for");
        return Promise.resolve();
      }),
    rollBack: () =>
      perform(async () => {
        if (traffic.rollBack()) return;
        const version = traffic.previousVersion;
        if (version === undefined) {
          const message = `Cannot roll back ${name}: no version served before this one`;
          throw new RegistryError("no-previous", message);
        }
        traffic.restore(await obtain(version));
      }),
    setLevels: (levels) =>
      perform(async () => {
        const { serving } = traffic;
        if (!serving?.alive) {
          throw new RegistryError("nothing-serves", `Cannot set levels of ${name}: nothing serves`);
        }
        const { threshold, minRegionScore } = { ...serving.card, ...levels };
        await serving.setLevels({ threshold, minRegionScore });
        const reason = `threshold ${threshold}, minRegionScore ${minRegionScore}`;
        record({ kind: "levels-changed", version: serving.version, reason });
        return { threshold, minRegionScore };
      }),
    async stop() {
      stopping = true;
      await operations.idle();
      traffic.stop();
      for (const version of [...loaded.values()]) drop(version);
      await Promise.all(retiring);
    },
  };
}
