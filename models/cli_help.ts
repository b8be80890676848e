// The texts of the command line: help and the nearest known word. Pure; prints nothing.

import {
  type CommandAbout,
  type FlagSpec,
  type FlagsSpec,
  formatRange,
  kebab,
} from "./cli_spec.ts";

/** The text that `--help` prints. */
export function formatHelp(spec: FlagsSpec, about: CommandAbout): string {
  const rows: [string, string][] = Object.entries(spec).map(([key, flag]) => {
    const detail = flag.type === "number" || flag.type === "integer"
      ? formatRange(flag).trim()
      : "choices" in flag && flag.choices
      ? `one of ${flag.choices.join(", ")}`
      : "";
    const defaults = formatDefault(flag);
    const notes = [detail, defaults && `default ${defaults}`].filter((note) => note !== "");
    const value = flag.type === "boolean"
      ? ""
      : ` <${flag.type === "string" ? "text" : flag.type}>`;
    return [
      `--${kebab(key)}${value}`,
      flag.description + (notes.length > 0 ? ` (${notes.join("; ")})` : ""),
    ];
  });
  rows.push(["--help", "Show this text"]);
  if (about.positional) rows.unshift([about.positional.name, about.positional.description]);
  const left = Math.max(...rows.map(([flag]) => flag.length)) + 4;
  const lines = rows.map(([flag, text]) => {
    return `  ${flag}`.padEnd(left) + wrap(text, 100 - left).join("\n" + " ".repeat(left));
  });
  const usage = `${about.command} [flags]${about.positional ? ` ${about.positional.name}` : ""}`;
  return `${wrap(about.summary, 100).join("\n")}\n\nUsage: ${usage}\n\n${lines.join("\n")}\n`;
}

function formatDefault(flag: FlagSpec): string {
  if (flag.default === undefined || flag.type === "boolean" && !flag.default) return "";
  return String(flag.default);
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

/** The word within two edits, or a third of its length, that is nearest to `word`. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const nearest = known
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return nearest && nearest.distance <= Math.max(2, word.length / 3)
    ? nearest.candidate
    : undefined;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
