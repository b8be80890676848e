// What a lane that is opened beside others goes by: their card, whatever the package's says by then. Knows no Worker.

import type { Card, VariantName } from "../../models/card.ts";
import { PackageError } from "../../models/package.ts";

const REMEDY = "A new version, or a restart, takes it up";

/**
 * Holds the card of a package against that of the lanes that serve it.
 *
 * @returns lines for the log: what the package's card says otherwise, and the lane does not take up.
 * @throws {PackageError} code "sha256" when the graph or the golden pair is another one.
 */
export function keepCard(serving: Card, found: Card, variant: VariantName, dir: string): string[] {
  for (
    const [what, is, was] of [
      [variant, found.variants[variant]?.sha256, serving.variants[variant]?.sha256],
      ["golden pair", found.golden.sha256, serving.golden.sha256],
    ]
  ) {
    if (is === was) continue;
    throw new PackageError(
      "sha256",
      `Cannot open package "${dir}" beside the lanes that serve it: its ${what} has sha256 ${
        is ?? "none"
      }, theirs has ${was}. ${REMEDY}`,
    );
  }
  const names = new Set([...Object.keys(found), ...Object.keys(serving)]) as Set<keyof Card>;
  const others = [...names].filter((name) =>
    JSON.stringify(found[name]) !== JSON.stringify(serving[name])
  );
  if (others.length === 0) return [];
  const differ = `card.json of "${dir}" has another ${others.join(", ")} by now`;
  return [`${differ}: the lane keeps to the card that its siblings have. ${REMEDY}`];
}
