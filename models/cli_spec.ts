// How a command describes its flags. Types and the texts made from them; parses nothing.

/** One flag. Its key in the spec is camelCase; on the command line it is kebab-case. */
export type FlagSpec =
  | StringFlag
  | NumberFlag
  | { type: "boolean"; description: string; default?: boolean }
  | { type: "list"; description: string; choices?: readonly string[]; default?: readonly string[] };

/** A flag with a word, a path or one of some choices. */
export interface StringFlag {
  type: "string";
  description: string;
  choices?: readonly string[];
  default?: string;
}

/** A flag with a number; `integer` refuses fractions. */
export interface NumberFlag {
  type: "number" | "integer";
  description: string;
  /** Smallest value allowed. */
  min?: number;
  /** Values allowed are larger. */
  above?: number;
  /** Largest value allowed. */
  max?: number;
  default?: number;
}

/** All flags of a command by their camelCase names. */
export type FlagsSpec = Readonly<Record<string, FlagSpec>>;

type ValueOf<F extends FlagSpec> = F extends { type: "boolean" } ? boolean
  : F extends { type: "list" } ? string[]
  : F extends { type: "number" | "integer" } ? number
  : F extends { choices: readonly (infer Choice extends string)[] } ? Choice
  : string;

/**
 * The parsed flags. Absent booleans are false and absent lists are empty; other flags without a
 * default may be undefined.
 */
export type Flags<S extends FlagsSpec> =
  & {
    -readonly [K in keyof S]: S[K] extends { default: unknown } | { type: "boolean" | "list" }
      ? ValueOf<S[K]>
      : ValueOf<S[K]> | undefined;
  }
  & {
    /** Positional arguments; always empty unless the command declares them. */
    _: string[];
  };

/** What the help text says around the flags. */
export interface CommandAbout {
  /** How the command is called, for example `deno task train`. */
  command: string;
  /** One or two sentences. */
  summary: string;
  /** Allows positional arguments. */
  positional?: { name: string; description: string };
}

/** `maxBytes` → `max-bytes`. */
export function kebab(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The limits of a number as words: ` in 1..9`, or nothing. */
export function formatRange(
  { min, above, max }: Pick<NumberFlag, "min" | "above" | "max">,
): string {
  if (above !== undefined) {
    return ` above ${above}${max === undefined ? "" : ` and at most ${max}`}`;
  }
  if (min !== undefined && max !== undefined) return ` in ${min}..${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max !== undefined ? ` of at most ${max}` : "";
}
