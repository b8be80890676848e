// Several files in a message that has no room for each. Pure.

/** The first of some paths, and how many more there are. */
export function firstOf([first, ...more]: readonly string[]): string {
  return `"${first}"${more.length > 0 ? ` and ${more.length} more` : ""}`;
}
