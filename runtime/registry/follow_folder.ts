// What the registry does when the models folder changes: newer versions serve, broken ones are noted.

import { compareVersions } from "../../models/semver.ts";
import type { PackageSeen } from "./folder_snapshot.ts";
import type { Registry } from "./registry.ts";
import type { FolderChanges } from "./settling.ts";

export interface FollowOptions {
  readonly registry: Registry;
  /** Models that stay on the version that was named for them. */
  readonly fixed: ReadonlySet<string>;
  readonly log: (line: string) => void;
}

/**
 * Switches each model to the newest of its versions that have settled, if that is newer than the one that
 * serves. A version that is refused is tried again when its files change. Resolves when all is done; never
 * rejects.
 */
export async function followFolder(
  { settled, broken, removed }: FolderChanges,
  { registry, fixed, log }: FollowOptions,
): Promise<void> {
  for (const { name, version, problem } of broken) {
    if (!registry.find(name)) continue;
    const reason = `half written: ${problem}`;
    registry.history.add({
      ...{ model: name, kind: "refused", version, code: "package-corrupt" },
      reason,
    });
  }
  for (const { name, version } of removed) {
    const role = registry.find(name)?.traffic.roleOf(version);
    log(`${name} ${version} left the models folder${role ? `, and goes on as ${role}` : ""}`);
  }
  await Promise.all([...newest(settled)].map(async ([name, version]) => {
    const model = registry.find(name);
    if (!model) return log(`${name} ${version} is in the models folder, but is not served`);
    if (fixed.has(name)) return log(`${name} ${version} is there; ${name} stays as named`);
    const serving = model.traffic.serving?.version;
    if (serving !== undefined && compareVersions(version, serving) <= 0) return;
    try {
      await model.switchTo(version);
    } catch (error) {
      log(`${name} ${version} does not take over: ${(error as Error).message}`);
    }
  }));
}

function newest(packages: readonly PackageSeen[]): Map<string, string> {
  const versions = new Map<string, string>();
  for (const { name, version } of packages) {
    const known = versions.get(name);
    if (known === undefined || compareVersions(version, known) > 0) versions.set(name, version);
  }
  return versions;
}
