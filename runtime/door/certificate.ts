// A certificate and its key from PEM files, checked against each other before anybody gets to see them.

import { createPrivateKey, X509Certificate } from "node:crypto";

export interface Certificate {
  /** PEM: the certificate, then its chain. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  readonly subject: string;
  readonly expires: Date;
}

/** @throws {TypeError} that names the file and what is wrong with it. */
export async function readCertificate(
  { cert, key }: { readonly cert: string; readonly key: string },
): Promise<Certificate> {
  const [certPem, keyPem] = [await readPem(cert), await readPem(key)];
  const x509 = parse(cert, "certificate", () => new X509Certificate(certPem));
  const secret = parse(key, "private key", () => createPrivateKey(keyPem));
  if (!x509.checkPrivateKey(secret)) {
    throw new TypeError(`Cannot use certificate "${cert}": "${key}" is not its private key`);
  }
  const expires = new Date(x509.validTo);
  return { cert: certPem, key: keyPem, subject: x509.subject, expires };
}

async function readPem(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`Cannot read "${path}": ${why}`);
  }
}

function parse<T>(path: string, what: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw new TypeError(`Cannot use "${path}": it holds no ${what} in PEM`);
  }
}
