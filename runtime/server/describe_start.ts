// What the log says of the version that a start has chosen. Pure.

/** As many of the versions below it are named. */
const MAX_OTHERS = 8;

export interface StartChoice {
  readonly name: string;
  /** That serves now. */
  readonly version: string;
  /** In the folder, from old to new. */
  readonly versions: readonly string[];
  /** Whether the settings name the version. */
  readonly named: boolean;
}

/** One line: which version, why that one, and that the process before has no say in it. */
export function describeStart({ name, version, versions, named }: StartChoice): string {
  const newest = versions.at(-1) === version ? "the newest" : "the newest that is not refused";
  const others = versions.filter((other) => other !== version).reverse();
  const left = others.length - MAX_OTHERS;
  const listed = [...others.slice(0, MAX_OTHERS), ...(left > 0 ? [`${left} more`] : [])];
  return `${name}: ${version} serves, ${named ? "as named" : newest}; ` +
    `${listed.length > 0 ? `also there: ${listed.join(", ")}` : "no other is there"}; ` +
    "roll-backs and levels of an earlier process do not hold";
}
