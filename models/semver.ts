// Versions of packages by Semantic Versioning 2.0.0 (https://semver.org). Knows no package.

/** `MAJOR.MINOR.PATCH[-pre-release][+build]`, the grammar that semver.org suggests. */
export const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;

/**
 * Orders two versions by precedence (item 11): negative when `a` is older. Build metadata does not count.
 * Throws SyntaxError when one is not a version.
 */
export function compareVersions(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  return compareLists(left.core, right.core) ||
    // A version without pre-release is newer than the same with one.
    Number(left.pre.length === 0) - Number(right.pre.length === 0) ||
    compareLists(left.pre, right.pre);
}

function parse(version: string): { core: string[]; pre: string[] } {
  const match = SEMVER.exec(version);
  if (!match) throw new SyntaxError(`Cannot read version "${version}": must be like 1.2.3`);
  return { core: match.slice(1, 4), pre: match[4]?.split(".") ?? [] };
}

function compareLists(a: string[], b: string[]): number {
  for (const [i, word] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    const order = compareWords(word, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers by value and below words, words by their ASCII order. */
function compareWords(a: string, b: string): number {
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return Number(a) - Number(b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
