// Long lists in messages. Pure.

/** The items a line each, and how many more there are beyond the limit. */
export function listSome(items: readonly string[], limit = 20): string {
  const left = items.length - limit;
  return [...items.slice(0, limit), ...(left > 0 ? [`and ${left} more`] : [])].join("\n  ");
}
