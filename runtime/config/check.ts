// Merges layers of settings and checks the result against the schema: every complaint names the path, the
// place and what is expected. Reads nothing.

import { nearestWord } from "../../models/cli_help.ts";
import { UsageError } from "../../models/cli.ts";
import { expectation, type Field } from "./fields.ts";
import { type Config, configSchema } from "./schema.ts";

/** Settings of one place, as nested as the schema. */
export interface Layer {
  /** "lineside.json", "environment" or "flags". */
  readonly origin: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface Checked {
  readonly config: Config;
  /** By path; a path that is not in it has its default. */
  readonly origins: ReadonlyMap<string, string>;
}

type Tree = { [key: string]: unknown };

/** @param layers from weak to strong. @throws {UsageError} with all that is wrong, one a line. */
export function checkConfig(fields: readonly Field[], layers: readonly Layer[]): Checked {
  const merged: Tree = {};
  const origins = new Map<string, string>();
  for (const { origin, values } of layers) merge(merged, values, [], origin, origins);
  const result = configSchema.safeParse(merged);
  if (result.success) return { config: result.data, origins };
  const byPath = new Map(fields.map((field) => [field.path, field]));
  const groups = new Set(fields.map(({ path }) => path.replace(/\.?[^.]*$/, "")));
  groups.delete("");
  const known = [...byPath.keys(), ...groups];
  const lines = result.error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => unknown([...path, key].join("."), known, origins));
    }
    const field = byPath.get(path.join("."));
    const place = from(path.join("."), origins);
    if (issue.code === "custom") return `${path.join(".")}: ${issue.message}${place}`;
    const expected = field ? expectation(field) : "an object of settings";
    const is = field?.secret ? "" : `, is ${brief(valueAt(merged, path))}`;
    return `${path.join(".")}: expected ${expected}${is}${place}`;
  });
  throw new UsageError(lines.join("\n"));
}

function merge(
  into: Tree,
  values: Readonly<Tree>,
  path: readonly string[],
  origin: string,
  origins: Map<string, string>,
): void {
  for (const [key, value] of Object.entries(values)) {
    const here = [...path, key];
    const old = Object.hasOwn(into, key) ? into[key] : undefined;
    if (old !== undefined && isTree(old) !== isTree(value)) {
      const wrong = isTree(old) ? brief(value) : brief(old);
      const place = isTree(old) ? origin : origins.get(here.join("."));
      throw new UsageError(
        `${here.join(".")}: expected an object of settings, is ${wrong} (in ${place})`,
      );
    }
    origins.set(here.join("."), origin);
    if (isTree(value)) {
      const child: Tree = isTree(old) ? old : {};
      merge(child, value, here, origin, origins);
      into[key] = child;
    } else into[key] = value;
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknown(path: string, known: readonly string[], origins: ReadonlyMap<string, string>) {
  return `${path}: no such setting${from(path, origins)}${nearestHint(path, known)}`;
}

/** " Did you mean limits.maxStreams?", or nothing when no known word is near. */
export function nearestHint(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? "" : `. Did you mean ${nearest}?`;
}

function from(path: string, origins: ReadonlyMap<string, string>): string {
  const origin = origins.get(path);
  if (origin === undefined) return "";
  return origin === "environment" || origin === "flags" ? ` (in the ${origin})` : ` (in ${origin})`;
}

function valueAt(tree: Tree, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => isTree(at) ? at[key] : undefined, tree);
}

function brief(value: unknown): string {
  const json = JSON.stringify(value) ?? "missing";
  return json.length <= 60 ? json : `${json.slice(0, 59)}…`;
}
