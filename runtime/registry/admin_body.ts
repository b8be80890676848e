// A JSON body of an admin route, checked by its schema.

import type { z } from "zod";
import { readBody } from "../server/body.ts";
import { HttpProblem } from "../server/problem.ts";

const MAX_BYTES = 4096;
const TIMEOUT_MS = 5000;

/**
 * The body as the schema's value; an absent body counts as `{}`.
 *
 * @throws {HttpProblem} "bad-request" with the path of all that is wrong, "unsupported-media-type",
 * "too-large" or "body-timeout".
 */
export async function readAdminBody<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readBody(request, { maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS });
  if (bytes.length > 0) checkType(request);
  const parsed = schema.safeParse(bytes.length === 0 ? {} : parseJson(bytes));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) =>
    `${path.join(".") || "the body"}: ${message}`
  );
  throw new HttpProblem("bad-request", issues.join("; "));
}

/** Only JSON by name: a page of another origin cannot send that without asking first (Fetch, CORS-safelisted). */
function checkType(request: Request): void {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/json") return;
  throw new HttpProblem(
    "unsupported-media-type",
    `Content-Type is "${type ?? ""}", must be application/json`,
  );
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new HttpProblem("bad-request", `The body is not JSON: ${(error as Error).message}`);
  }
}
