// Whether a server may be reached by others, and what must then be so. Pure.

import type { Config } from "./schema.ts";

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** An address that others reach, and nobody would be asked for a token. */
export class ExposureError extends Error {
  override readonly name = "ExposureError";
}

/** @returns warnings. @throws {ExposureError} */
export function checkExposure(
  { host, auth, tls }: Pick<Config, "host" | "auth" | "tls">,
): string[] {
  if (LOOPBACK.test(host)) return [];
  const asks = auth.tokens !== undefined || auth.token !== undefined;
  if (!asks && !auth.insecureNoAuth) {
    throw new ExposureError(
      `Cannot listen on ${host}: others reach it, and nobody would be asked for a token. Either make a ` +
        "token (deno task token make --name NAME) and give its file with --tokens tokens.json, or say " +
        "--insecure-no-auth",
    );
  }
  return [
    ...(asks ? [] : [`${host} may be reached by others, and nobody is asked for a token`]),
    ...(tls.cert === undefined && asks
      ? [`tokens travel to ${host} unencrypted: give --tls-cert and --tls-key`]
      : []),
  ];
}
