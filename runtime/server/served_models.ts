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
import { describeStart } from "./describe_start.ts";
import {
  createModelService,
  type MainService,
  type ModelService,
  type ModelTable,
  type Router,
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
  const serve = (card: Card, router: Router, main?: MainService) =>
    createModelService({
      ...{ card, router, main, maxBatch, maxWaitMs, clock: systemClock, report: options.report },
    });

  const served = new Map<string, Served>();
  for (const { name, version } of await chooseModels(root, options.names)) {
    const { card } = await findPackage(root, name, version);
    const model = registry.add(name);
    served.set(name, { card, model, version, service: serve(card, model.traffic) });
  }
  /** Kept while their version is not loaded, too: streams that hold one and who names it again take the same turns. */
  const byVersion = new Map<string, { service: ModelService; router: Router }>();
  const mainServices = () => [...served.values()].map(({ service }) => service);
  let folder: FolderWatch | undefined;

  function findVersion(one: Served, version: string): ModelService | undefined {
    const { card, model, service } = one;
    const key = `${model.name}@${version}`;
    const found = byVersion.get(key);
    const router = found?.router ?? model.router(version);
    if (!router.serving) {
      return !model.traffic.serving && card.version === version ? service : undefined;
    }
    if (found) return found.service;
    const main = { service, together: () => sharesLanes(one, version) };
    const named = serve(router.serving.card, router, main);
    byVersion.set(key, { service: named, router });
    return named;
  }

  /** Loads the version that is named, or the newest that is not refused. */
  async function load({ card, model, version }: Served): Promise<Deployment> {
    const { name } = card;
    const versions = await versionsIn(root, name);
    const older = versions.slice(0, versions.indexOf(card.version)).reverse();
    let refusal: unknown;
    for (const candidate of [card.version, ...(version === undefined ? older : [])]) {
      try {
        await model.switchTo(candidate);
        log(describeStart({ name, version: candidate, versions, named: version !== undefined }));
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
      list: mainServices,
      services() {
        const loaded = [...byVersion.values()].filter(({ router }) => router.serving);
        return [...mainServices(), ...loaded.map(({ service }) => service)];
      },
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
      const named = [...byVersion.values()].map(({ service }) => service);
      await Promise.all([...mainServices(), ...named].map((service) => service.stop()));
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

/** Whether batches of those who name no version go to the lanes of this one, too. */
function sharesLanes({ model, service }: Served, version: string): boolean {
  const role = model.traffic.roleOf(version);
  return role === "serving" || role === "canary" && service.state() === "ready";
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

/** Of one model, from old to new. */
async function versionsIn(root: string, name: string): Promise<string[]> {
  const packages = await listPackages(root);
  return packages.filter((entry) => entry.name === name).map(({ version }) => version);
}
