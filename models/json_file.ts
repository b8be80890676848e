// JSON files that people may edit: read once, checked, and told of by name where they are wrong.

import { z } from "zod";
import { writeAtomically } from "./write_atomically.ts";

/**
 * Reads a JSON file, with or without a byte order mark.
 *
 * @param what What the file should be, for errors: "split", "run".
 * @throws SyntaxError naming the file when it is not JSON, TypeError naming also every field that is missing or wrong.
 */
export async function readJsonFile<T>(
  file: string,
  what: string,
  schema: z.ZodType<T>,
): Promise<T> {
  const text = new TextDecoder().decode(await Deno.readFile(file)); // which takes the mark away
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${what} "${file}": not JSON`, { cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new TypeError(`Cannot read ${what} "${file}":\n${z.prettifyError(result.error)}`);
}

/** Writes a JSON file whole, as people read it. */
export async function writeJsonFile(file: string, value: unknown): Promise<void> {
  await writeAtomically(file, JSON.stringify(value, null, 2) + "\n");
}
