// The tokens of a running server: from its file, looked at again whenever that changes, and from its settings.

import type { Logger } from "../log/logger.ts";
import { watchFiles } from "../server/watch_files.ts";
import type { Clock } from "../stream/clock.ts";
import { type Authority, createAuthority } from "./authority.ts";
import { ROLES } from "./roles.ts";
import { readTokens } from "./token_file.ts";

export interface OpenAuthority {
  readonly authority: Authority;
  /** Ends the looking. */
  close(): void;
}

/**
 * @returns undefined when no token is set: nobody is asked then.
 * @throws {TypeError} when the file is wrong, or holds no token.
 */
export async function openAuthority(
  { tokens: file, token }: {
    readonly tokens?: string | undefined;
    readonly token?: string | undefined;
  },
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<OpenAuthority | undefined> {
  if (file === undefined && token === undefined) return undefined;
  const authority = createAuthority(Date.now, clock);
  if (token !== undefined) await authority.admit(token, { name: "settings", roles: ROLES });
  if (file === undefined) return { authority, close() {} };

  const close = await watchFiles([file], async () => {
    const records = await readTokens(file);
    authority.replace(records);
    log(`Read ${records.length} tokens again`, { file });
  }, {
    clock,
    refused: ({ message }) => log.error(`The tokens stay what they were: ${message}`),
  });
  try {
    const records = await readTokens(file);
    if (records.length === 0) {
      const remedy = `make one with: deno task token make --file ${file} --name NAME`;
      throw new TypeError(`Cannot use tokens "${file}": it holds none; ${remedy}`);
    }
    authority.replace(records);
  } catch (error) {
    close();
    throw error;
  }
  return { authority, close };
}
