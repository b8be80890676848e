// Command-line flags and exit codes, the same for all commands. Knows no command.

import { parseArgs } from "@std/cli/parse-args";
import { formatHelp, nearestWord } from "./cli_help.ts";
import {
  type CommandAbout,
  type Flags,
  type FlagSpec,
  type FlagsSpec,
  formatRange,
  kebab,
  type NumberFlag,
} from "./cli_spec.ts";

export type { CommandAbout, Flags, FlagSpec, FlagsSpec };

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `--help` was given: `message` is the text, exit code 0. */
export class HelpRequest extends Error {
  override readonly name = "HelpRequest";
}

/**
 * Parses the arguments of a command into typed flags: `--name value`, `--name=value`, `--flag`,
 * `--no-flag`; lists take commas or repetition.
 * Throws UsageError naming the flag, and HelpRequest for `--help` or `-h`.
 */
export function parseFlags<const S extends FlagsSpec>(
  args: readonly string[],
  spec: S,
  about: CommandAbout,
): Flags<S> {
  const byFlag = new Map(Object.entries(spec).map(([key, flag]) => [kebab(key), { key, flag }]));
  const named = (type: (flag: FlagSpec) => boolean) =>
    [...byFlag].filter(([, { flag }]) => type(flag)).map(([name]) => name);
  const parsed: Record<string, unknown> & { _: (string | number)[] } = parseArgs(
    joinNegative(args),
    {
      boolean: [...named((flag) => flag.type === "boolean"), "help"],
      negatable: named((flag) => flag.type === "boolean"),
      string: ["_", ...named((flag) => flag.type !== "boolean")],
      default: Object.fromEntries(
        [...byFlag].filter(([, { flag }]) => flag.type === "boolean")
          .map(([name, { flag }]) => [name, flag.default ?? false]),
      ),
      collect: named((flag) => flag.type !== "boolean"),
      alias: { help: "h" },
      unknown: (argument: string, name?: string) => {
        if (name !== undefined) throw unknownFlag(argument, [...byFlag.keys(), "help"]);
        return true;
      },
    },
  );
  if (parsed.help) throw new HelpRequest(formatHelp(spec, about));
  const positional = parsed._.map(String);
  if (positional.length > 0 && !about.positional) {
    throw new UsageError(
      `unexpected argument "${positional[0]}": ${about.command} takes only flags`,
    );
  }
  const flags: Record<string, unknown> = { _: positional };
  for (const [name, { key, flag }] of byFlag) {
    flags[key] = readValue(name, flag, parsed[name], args);
  }
  return flags as Flags<S>;
}

/** `--seed -5` → `--seed=-5`, because the parser takes `-5` for a flag. */
function joinNegative(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (/^-[\d.]/.test(arg) && before !== undefined && /^--[^=]+$/.test(before)) {
      joined[joined.length - 1] = `${before}=${arg}`;
    } else joined.push(arg);
  }
  return joined;
}

function readValue(name: string, flag: FlagSpec, value: unknown, args: readonly string[]): unknown {
  if (flag.type === "boolean") {
    const odd = args.find((arg) => arg.startsWith(`--${name}=`) && !/=(true|false)$/.test(arg));
    if (odd) throw new UsageError(`--${name} must be true or false, is "${odd.split("=")[1]}"`);
    return value;
  }
  const texts = value as string[]; // `collect` makes an array of every occurrence
  if (texts.length === 0) {
    return flag.type === "list" ? [...flag.default ?? []] : flag.default;
  }
  if (texts.includes("")) throw new UsageError(`--${name} must have a value`);
  if (flag.type === "list") {
    const words = texts.flatMap((text) => text.split(",")).map((word) => word.trim());
    for (const word of words) checkChoice(name, word, flag.choices);
    return words;
  }
  if (texts.length > 1) throw new UsageError(`--${name} is given ${texts.length} times`);
  const text = texts[0]!;
  if (flag.type === "string") return checkChoice(name, text, flag.choices);
  return readNumber(name, text, flag);
}

function checkChoice(name: string, text: string, choices?: readonly string[]): string {
  if (choices && !choices.includes(text)) {
    throw new UsageError(`--${name} must be one of ${choices.join(", ")}, is "${text}"`);
  }
  return text;
}

function readNumber(name: string, text: string, flag: NumberFlag): number {
  const { type, min = -Infinity, above = -Infinity, max = Infinity } = flag;
  const value = Number(text);
  const kind = type === "integer" ? "a whole number" : "a number";
  const wrongKind = text.trim() === "" || !Number.isFinite(value) ||
    type === "integer" && !Number.isSafeInteger(value);
  if (wrongKind || value < min || value <= above || value > max) {
    throw new UsageError(`--${name} must be ${kind}${formatRange(flag)}, is "${text}"`);
  }
  return value;
}

function unknownFlag(argument: string, known: string[]): UsageError {
  const flag = argument.replace(/=.*$/s, "");
  const nearest = nearestWord(flag.replace(/^-+(no-)?/, ""), known);
  const hint = nearest === undefined ? "" : ` Did you mean --${nearest}?`;
  return new UsageError(
    `unknown flag ${flag}.${hint} Known flags: ${known.map((name) => `--${name}`).join(", ")}`,
  );
}

/**
 * Runs a command and turns how it ends into an exit code: 0 done or help, 1 failure, 2 UsageError,
 * 130 interrupted (1 where stopping fails). Ctrl-C ends the process at once, unless `main` takes the second parameter:
 * then the first Ctrl-C aborts that signal so that the command can stop well, and the second ends it.
 */
export async function runMain(
  main: (args: string[], interrupted: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const onInterrupt = () => {
    if (main.length < 2 || controller.signal.aborted) Deno.exit(130);
    controller.abort(new Error("interrupted"));
  };
  Deno.addSignalListener("SIGINT", onInterrupt);
  try {
    await main(Deno.args, controller.signal);
    if (controller.signal.aborted) Deno.exit(130);
  } catch (error) {
    if (error instanceof HelpRequest) return console.log(error.message);
    if (controller.signal.aborted && isAbort(error, controller.signal.reason)) Deno.exit(130);
    console.error(`error: ${describe(error)}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  } finally {
    Deno.removeSignalListener("SIGINT", onInterrupt);
  }
}

/** Whether it says no more than that the command was interrupted: what went wrong while it stopped must be told. */
function isAbort(error: unknown, reason: unknown): boolean {
  if (error === reason) return true;
  if (!(error instanceof Error)) return false;
  return error.name === "AbortError" || error.cause !== undefined && isAbort(error.cause, reason);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  if (cause === undefined) return message;
  const because = describe(cause);
  return message.includes(because) ? message : `${message}\n  because: ${because}`;
}
