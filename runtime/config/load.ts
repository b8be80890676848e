// Puts the settings together: file, then environment, then flags; the later wins. Says where each came from.
// What the settings are is schema.ts's matter.

import { HelpRequest, parseFlags, UsageError } from "../../models/cli.ts";
import type { CommandAbout, Flags, FlagsSpec } from "../../models/cli_spec.ts";
import { kebab } from "../../models/cli_spec.ts";
import { checkConfig, type Layer, nearestHint } from "./check.ts";
import { type Field, fieldsOf, flagsOf } from "./fields.ts";
import { formatConfig } from "./print.ts";
import { type Config, configSchema } from "./schema.ts";

/** Under our prefix, but for the tests: where they find what they need, and which of them may not be skipped. */
const FOREIGN = ["BROWSER", "NODE", "PARITY", "PYTHON", "REQUIRE", "SHARED_DATA"]
  .map((name) => `LINESIDE_${name}`);

const OWN_FLAGS = {
  config: {
    type: "string",
    description: "JSON file of settings; LINESIDE_CONFIG; the environment and flags win over it",
  },
  printConfig: {
    type: "boolean",
    description: "Print the settings with where each came from, and end",
  },
} as const satisfies FlagsSpec;

/** The outside, so that tests bring their own. */
export interface Sources {
  readonly env: Readonly<Record<string, string>>;
  readonly readFile: (path: string) => string;
}

const SYSTEM: Sources = {
  get env() {
    return Deno.env.toObject();
  },
  readFile: (path) => Deno.readTextFileSync(path),
};

/**
 * The settings of a server command, and its own flags.
 *
 * @param extra flags that only this command has.
 * @throws {UsageError} that names the path, the place and what is expected there.
 * @throws {HelpRequest} for `--help` and `--print-config`.
 */
export function loadConfig<const S extends FlagsSpec>(
  args: readonly string[],
  extra: S,
  about: CommandAbout,
  sources: Sources = SYSTEM,
): { readonly config: Config; readonly flags: Flags<S> } {
  const fields = fieldsOf(configSchema);
  const spec: FlagsSpec = { ...OWN_FLAGS, ...flagsOf(fields), ...extra };
  const flags: Readonly<Record<string, unknown>> = parseFlags(args, spec, about);
  const path = flags.config as string | undefined ?? sources.env.LINESIDE_CONFIG;
  const layers: Layer[] = [
    ...(path === undefined ? [] : [readLayer(path, sources)]),
    envLayer(fields, sources.env),
    flagLayer(fields, flags, args),
  ];
  const { config, origins } = checkConfig(fields, layers);
  if (flags.printConfig) throw new HelpRequest(formatConfig(fields, config, origins));
  return { config, flags: flags as Flags<S> };
}

function readLayer(path: string, { readFile }: Sources): Layer {
  let json: unknown;
  try {
    json = JSON.parse(readFile(path));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot read settings "${path}": ${why}`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new UsageError(`Cannot read settings "${path}": expected one JSON object`);
  }
  return { origin: path, values: json as Record<string, unknown> };
}

function envLayer(fields: readonly Field[], env: Sources["env"]): Layer {
  const known = new Map(fields.map((field) => [field.env, field]));
  const values: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith("LINESIDE_") || name === "LINESIDE_CONFIG" || FOREIGN.includes(name)) {
      continue;
    }
    const field = known.get(name);
    if (!field) {
      throw new UsageError(
        `${name}: no such setting (in the environment)${nearestHint(name, [...known.keys()])}`,
      );
    }
    put(values, field.path, fromText(field, text));
  }
  return { origin: "environment", values };
}

/** Text of the environment as a value; what cannot be one stays text, and is refused as such. */
function fromText({ type }: Field, text: string): unknown {
  if (type === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  if (type === "list") return text.split(",").filter((part) => part !== "");
  if (type === "string" || type === "boolean" || text.trim() === "") return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

/** Only what is on the command line: a flag's default must not win over the file. */
function flagLayer(
  fields: readonly Field[],
  flags: Readonly<Record<string, unknown>>,
  args: readonly string[],
): Layer {
  const values: Record<string, unknown> = {};
  for (const { path, flag } of fields) {
    if (flag === undefined) continue;
    const given = new RegExp(`^--(no-)?${kebab(flag)}(=|$)`);
    if (args.some((arg) => given.test(arg))) put(values, path, flags[flag]);
  }
  return { origin: "flags", values };
}

function put(values: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop()!;
  let parent = values;
  for (const key of keys) parent = (parent[key] ??= {}) as Record<string, unknown>;
  parent[last] = value;
}
