// The file of tokens: who has one, with which roles, until when; of the token itself only the hash.

import { z } from "zod";
import { ROLES } from "./roles.ts";

const recordSchema = z.strictObject({
  name: z.string().regex(/^[\w.-]{1,64}$/, "must be 1 to 64 letters, digits, . _ or -"),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hex digits"),
  roles: z.array(z.enum(ROLES)).min(1),
  created: z.iso.datetime(),
  /** The token is good before this time. */
  expires: z.iso.datetime().optional(),
});

const fileSchema = z.strictObject({
  schema: z.literal("lineside.tokens/1"),
  tokens: z.array(recordSchema).max(1000),
}).refine(({ tokens }) => new Set(tokens.map(({ name }) => name)).size === tokens.length, {
  path: ["tokens"],
  message: "two tokens have one name",
});

/** One token as the file has it. */
export type TokenRecord = z.infer<typeof recordSchema>;

/** @throws {TypeError} that names the path of what is wrong; the tokens' hashes are not in it. */
export function parseTokens(text: string, file: string): TokenRecord[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new TypeError(`Cannot read tokens "${file}": it is not JSON`);
  }
  const result = fileSchema.safeParse(json);
  if (result.success) return result.data.tokens;
  const issues = result.error.issues.map(({ path, message }) =>
    `${path.map(String).join(".") || "the file"}: ${message}`
  );
  throw new TypeError(`Cannot read tokens "${file}": ${issues.join("; ")}`);
}

/** Replaces the file at once, readable by its owner alone. */
export async function writeTokens(file: string, tokens: readonly TokenRecord[]): Promise<void> {
  const text = JSON.stringify({ schema: "lineside.tokens/1", tokens }, undefined, 2) + "\n";
  const next = `${file}.new`;
  await Deno.writeTextFile(next, text, { mode: 0o600 });
  await Deno.rename(next, file);
}

/** The tokens of a file; none when it is not there. @throws {TypeError} */
export async function readTokens(file: string): Promise<TokenRecord[]> {
  try {
    return parseTokens(await Deno.readTextFile(file), file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
