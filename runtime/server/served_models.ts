// The models that a server has: a registry, a service for each name, and one for each version that is asked for
// by its name. Knows no port and no route.

import type { Card } from "../../models/card.ts";
import { findPackage, listPackages, PackageError } from "../../models/package.ts";
import { type Deployment, type DeploymentOptions, openDeployment } from "../engine/deployment.ts";
import { fetchPackages } from "../engine/fetch_packages.ts";
import { createLaneWorkers } from "../engine/lane_workers.ts";
import { fitLanes } from "../engine/layout.ts";
import { readFolder } from "../registry/folder_snapshot.ts";
import { type FolderWatch, listenToFolder, watchFolder } from "../registry/folder_watch.ts";
import { followFolder } from "../registry/follow_folder.ts";
import type { ModelRegistry } from "../registry/model_registry.ts";
import { createRegistry, type Registry } from "../registry/registry.ts";
import { systemClock } from "../stream/clock.ts";
import {
  createModelService,
  type ModelService,
  type ModelTable,
  type ServiceOptions,
} from "./model_service.ts";
import { versionStatus } from "./version_status.ts";

export interface ServedModelsOptions
  extends
    Pick<ServiceOptions, "maxBatch" | "maxWaitMs" | "report">,
    Pick<DeploymentOptions, "provider" | "lanes" | "threads" | "decoder"> {
  /** Folder with `<name>/<version>/card.json`. */
  readonly root: string;
  /** Names, or name@version; all of the folder when none is named. */
  readonly names: readonly string[];
  /** Whether newer versions that appear in the folder take over. */
  readonly watch: boolean;
  /** For loading one version. @default {60000} */
  readonly loadTimeoutMs?: number | undefined;
  readonly log: (line: string) => void;
}

export interface ServedModels {
  readonly table: ModelTable;
  readonly registry: Registry;
  /** Loads all models; rejects when one of them has no version that can serve. */
  start(): Promise<readonly Deployment[]>;
  /** Takes no new work; resolves when all that waited is answered. */
  answerAll(): Promise<void>;
  /** Frees all that is loaded. */
  stop(): Promise<void>;
}

interface Served {
  readonly card: Card;
  readonly model: ModelRegistry;
  readonly service: ModelService;
  /** The version that was named for it. */
  readonly version: string | undefined;
}

/** Verifies the package of each model. @throws {PackageError} when there is none, or one is refused. */
export async function createServedModels(options: ServedModelsOptions): Promise<ServedModels> {
  const { root, provider, lanes, threads, loadTimeoutMs, log, maxBatch, maxWaitMs } = options;
  const { decoder = "auto" } = options;
  const workers = createLaneWorkers(fitLanes({ lanes, threads }).lanes);
  const registry = createRegistry({
    ...{ root, log, clock: systemClock },
    ...(loadTimeoutMs !== undefined && { loadTimeoutMs }),
    open: (chosen) =>
      openDeployment({ provider, lanes, threads, decoder, log, workers, ...chosen }),
  });
  const serve = (card: Card, router: ServiceOptions["router"]) =>
    createModelService({
      ...{ card, router, maxBatch, maxWaitMs, clock: systemClock, report: options.report },
    });

  const served = new Map<string, Served>();
  for (const { name, version } of await chooseModels(root, options.names)) {
    const { card } = await findPackage(root, name, version);
    const model = registry.add(name);
    served.set(name, { card, model, version, service: serve(card, model.traffic) });
  }
  const byVersion = new Map<string, ModelService>();
  const services = () => [
    ...[...served.values()].map(({ service }) => service),
    ...byVersion.values(),
  ];
  let folder: FolderWatch | undefined;

  function findVersion(
    { card, model, service }: Served,
    version: string,
  ): ModelService | undefined {
    const key = `${model.name}@${version}`;
    const router = model.router(version);
    if (!router.serving) {
      byVersion.delete(key);
      return !model.traffic.serving && card.version === version ? service : undefined;
    }
    const found = byVersion.get(key) ?? serve(router.serving.card, router);
    byVersion.set(key, found);
    return found;
  }

  /** Loads the version that is named, or the newest that is not refused. */
  async function load({ card, model, version }: Served): Promise<Deployment> {
    const others = version === undefined ? await olderVersions(root, card) : [];
    let refusal: unknown;
    for (const candidate of [card.version, ...others]) {
      try {
        await model.switchTo(candidate);
        return model.traffic.serving!;
      } catch (error) {
        refusal ??= error;
      }
    }
    throw refusal;
  }

  async function watch(): Promise<void> {
    const fixed = [...served].filter(([, { version }]) => version !== undefined);
    const follow = { registry, log, fixed: new Set(fixed.map(([name]) => name)) };
    folder = await watchFolder({
      ...{ clock: systemClock, log, listen: listenToFolder(root, log) },
      readFolder: () => readFolder(root),
      onChange: (changes) => void followFolder(changes, follow),
    });
  }

  return {
    registry,
    table: {
      list: () => [...served.values()].map(({ service }) => service),
      services,
      deployments: () => registry.list().flatMap((model) => model.loaded()),
      async versions() {
        const lists = [...served.values()].map(async (one) => {
          const { name } = one.model;
          return (await one.model.versions()).map((state) =>
            versionStatus(name, state, findVersion(one, state.version)?.state())
          );
        });
        return (await Promise.all(lists)).flat();
      },
      find(name, version) {
        const found = served.get(name);
        return found && version !== undefined ? findVersion(found, version) : found?.service;
      },
    },
    async start() {
      await fetchPackages(); // before the limits of time of what is loaded run
      if (options.watch) await watch();
      return await Promise.all([...served.values()].map(load));
    },
    async answerAll() {
      await Promise.all(services().map((service) => service.stop()));
    },
    async stop() {
      try {
        await folder?.stop();
        await registry.stop();
      } finally {
        workers[Symbol.dispose]();
      }
    },
  };
}

async function chooseModels(
  root: string,
  names: readonly string[],
): Promise<{ name: string; version?: string }[]> {
  if (names.length > 0) {
    return names.map((model) => {
      const [name, version] = model.split("@", 2);
      return { name: name!, ...(version !== undefined && { version }) };
    });
  }
  const there = [...new Set((await listPackages(root)).map(({ name }) => name))];
  if (there.length > 0) return there.map((name) => ({ name }));
  throw new PackageError(
    "missing",
    `Cannot serve "${root}": it holds no model package (<name>/<version>/card.json)`,
  );
}

/** Versions below the card's, newest first. */
async function olderVersions(root: string, { name, version }: Card): Promise<string[]> {
  const versions = (await listPackages(root)).filter((entry) => entry.name === name)
    .map((entry) => entry.version);
  return versions.slice(0, versions.indexOf(version)).reverse();
}
