// The schema's leaves as a flat list: path, flag, name in the environment, type and limits. Pure.

import { z } from "zod";
import { type FlagSpec, type FlagsSpec, formatRange, kebab } from "../../models/cli_spec.ts";

/** One setting. */
export interface Field {
  /** "limits.maxStreams": keys in the file. */
  readonly path: string;
  /** Key of the flag in camelCase, as the command line's parser wants it; undefined for a secret. */
  readonly flag: string | undefined;
  /** "LINESIDE_MAX_STREAMS". */
  readonly env: string;
  /** "list" is one of texts. */
  readonly type: "string" | "number" | "integer" | "boolean" | "list";
  readonly description: string;
  readonly unit?: string;
  readonly secret: boolean;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly default?: string | number | boolean | readonly string[];
}

interface JsonSchema {
  readonly type: Exclude<Field["type"], "list"> | "array" | "object";
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly description?: string;
  readonly unit?: string;
  readonly secret?: boolean;
  readonly flag?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly default?: Field["default"];
}

/** All fields of a schema in its order. @throws {Error} when two fields have one flag, or one has no description. */
export function fieldsOf(schema: z.ZodType): Field[] {
  const fields = walk(z.toJSONSchema(schema, { io: "input" }) as unknown as JsonSchema, []);
  const taken = new Set<string>();
  for (const { path, env, description } of fields) {
    if (description === "") throw new Error(`Cannot use setting ${path}: it has no description`);
    if (taken.has(env)) throw new Error(`Cannot use setting ${path}: ${env} is taken`);
    taken.add(env);
  }
  return fields;
}

function walk(schema: JsonSchema, path: readonly string[]): Field[] {
  if (schema.type === "object") {
    return Object.entries(schema.properties ?? {}).flatMap(([key, child]) =>
      walk(child, [...path, key])
    );
  }
  const flag = schema.flag ?? kebab(path.at(-1)!);
  const type = schema.type === "array" ? "list" : schema.type;
  const { description = "", secret = false, unit, minimum, maximum } = schema;
  return [{
    ...{ path: path.join("."), type, description, secret },
    flag: secret
      ? undefined
      : flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
    env: `LINESIDE_${flag.toUpperCase().replaceAll("-", "_")}`,
    ...(unit === undefined ? {} : { unit }),
    ...(schema.enum === undefined ? {} : { choices: schema.enum }),
    ...(minimum === undefined ? {} : { min: minimum }),
    ...(maximum === undefined ? {} : { max: maximum }),
    ...(schema.default === undefined ? {} : { default: schema.default }),
  }];
}

/** What a value must be, in words: "a whole number in 1..4096". */
export function expectation(field: Field): string {
  if (field.choices) return `one of ${field.choices.join(", ")}`;
  if (field.type === "boolean") return "true or false";
  if (field.type === "list") return "a list of texts";
  if (field.type === "string") return field.secret ? "a text of 32 to 256 characters" : "a text";
  const kind = field.type === "integer" ? "a whole number" : "a number";
  return `${kind}${formatRange(field)}`;
}

/** The flags of the fields that have one. */
export function flagsOf(fields: readonly Field[]): FlagsSpec {
  return Object.fromEntries(
    fields.filter(({ flag }) => flag !== undefined).map((field) => [field.flag, flagOf(field)]),
  );
}

function flagOf(field: Field): FlagSpec {
  const { min, max, choices, default: value } = field;
  const unit = field.unit === undefined ? "" : ` [${field.unit}]`;
  const base = { description: `${field.description}${unit}; ${field.env}` };
  if (field.type === "boolean") {
    return {
      type: "boolean",
      ...base,
      ...(value === undefined ? {} : { default: value as boolean }),
    };
  }
  if (field.type === "list") {
    return {
      ...{ type: "list", ...base },
      ...(value === undefined ? {} : { default: value as readonly string[] }),
    };
  }
  if (field.type === "string") {
    return {
      ...{ type: "string", ...base },
      ...(choices === undefined ? {} : { choices }),
      ...(value === undefined ? {} : { default: value as string }),
    };
  }
  return {
    ...{ type: field.type, ...base },
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(value === undefined ? {} : { default: value as number }),
  };
}
