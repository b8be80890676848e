// `deno task token`: makes, lists and revokes bearer tokens in a file. The server looks at the file by itself.

import { parseFlags, runMain, UsageError } from "../models/cli.ts";
import { type Role, ROLES } from "./auth/roles.ts";
import { hashToken, makeToken } from "./auth/token.ts";
import { readTokens, type TokenRecord, writeTokens } from "./auth/token_file.ts";

const FLAGS = {
  file: { type: "string", description: "File of tokens", default: "tokens.json" },
  name: { type: "string", description: "Whose token it is, for make and revoke" },
  roles: {
    type: "list",
    description: "What it may do: send frames, look, or everything",
    choices: ROLES,
    default: ["stream", "read"],
  },
  days: { type: "number", description: "Days until it expires; never", min: 0.01, max: 36_500 },
} as const;

async function main(args: string[]): Promise<void> {
  const { _: [action, ...rest], ...flags } = parseFlags(args, FLAGS, {
    command: "deno task token",
    summary: "Makes, lists and revokes the tokens of a server. A token is shown once, when it is " +
      "made; the file keeps its hash.",
    positional: { name: "make|list|revoke", description: "What to do" },
  });
  if (rest.length > 0) throw new UsageError(`unexpected argument "${rest[0]}"`);
  const tokens = await readTokens(flags.file);
  switch (action) {
    case "make":
      return await make(tokens, flags.file, nameOf(flags), flags.roles as Role[], flags.days);
    case "list":
      return list(tokens);
    case "revoke":
      return await revoke(tokens, flags.file, nameOf(flags));
    default:
      throw new UsageError(`say make, list or revoke, not "${action ?? ""}"`);
  }
}

async function make(
  tokens: readonly TokenRecord[],
  file: string,
  name: string,
  roles: Role[],
  days?: number,
): Promise<void> {
  if (tokens.some((record) => record.name === name)) {
    throw new UsageError(`--name ${name} has a token already; revoke it first`);
  }
  const token = makeToken();
  const now = Date.now();
  await writeTokens(file, [...tokens, {
    ...{ name, roles },
    sha256: (await hashToken(token)).toHex(),
    created: new Date(now).toISOString(),
    ...(days === undefined ? {} : { expires: new Date(now + days * 86_400_000).toISOString() }),
  }]);
  console.error(`Token of ${name} (${roles.join(", ")}), shown this once:`);
  console.log(token);
}

function list(tokens: readonly TokenRecord[]): void {
  for (const { name, roles, created, expires } of tokens) {
    const until = expires === undefined
      ? "never expires"
      : `${Date.parse(expires) <= Date.now() ? "expired" : "expires"} ${expires}`;
    console.log(`${name}  ${roles.join(",")}  made ${created}  ${until}`);
  }
}

async function revoke(
  tokens: readonly TokenRecord[],
  file: string,
  name: string,
): Promise<void> {
  const left = tokens.filter((record) => record.name !== name);
  if (left.length === tokens.length) throw new UsageError(`"${file}" has no token of "${name}"`);
  await writeTokens(file, left);
  console.error(`The token of ${name} is revoked`);
}

function nameOf({ name }: { name: string | undefined }): string {
  if (name === undefined) throw new UsageError("--name must be given: whose token is it?");
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw new UsageError(`--name must be 1 to 64 letters, digits, . _ or -, is "${name}"`);
  }
  return name;
}

if (import.meta.main) await runMain(main);
