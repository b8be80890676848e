// The settings as text: one a line, with where each came from. Secrets are masked.

import type { Field } from "./fields.ts";
import type { Config } from "./schema.ts";

/** What `--print-config` prints. */
export function formatConfig(
  fields: readonly Field[],
  config: Config,
  origins: ReadonlyMap<string, string>,
): string {
  const rows = fields.map(({ path, secret }) => {
    const value = path.split(".").reduce<unknown>(
      (at, key) => (at as Record<string, unknown>)[key],
      config,
    );
    const text = value === undefined ? "–" : secret ? "********" : JSON.stringify(value);
    return [`${path} = ${text}`, origins.get(path) ?? "default"] as const;
  });
  const left = Math.max(...rows.map(([setting]) => setting.length)) + 2;
  return rows.map(([setting, origin]) => `${setting.padEnd(left)}# ${origin}`).join("\n");
}
