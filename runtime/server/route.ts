// One route of the HTTP API: what it takes and what it gives, beside the function that answers it. The same
// zod schemas check the request and describe it in /openapi.json. Knows no server and no router.

import { z } from "zod";
import { HttpProblem, type Problem, type ProblemCode, problemResponse } from "./problem.ts";

/** A JSON body by its schema, or bytes that JSON Schema has no word for. */
export type Content = z.ZodType | "binary";

export interface Answer {
  readonly description: string;
  /** By media type; none for an answer without a body. */
  readonly content?: Readonly<Record<string, Content>>;
  /** Header names and what they say. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a route tells errors: its body and the schema of it. */
export interface ErrorStyle {
  readonly type: string;
  readonly schema: (codes: readonly ProblemCode[]) => z.ZodType;
  readonly respond: (problem: Problem) => Response;
}

export interface Call<P, Q, H> {
  readonly request: Request;
  readonly params: P;
  readonly query: Q;
  readonly headers: H;
}

export interface RouteSpec<P = unknown, Q = unknown, H = unknown> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With parameters in braces, e.g. "/v1/models/{name}". */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** The parameters of the path, an object schema of strings. */
  readonly params?: z.ZodObject & z.ZodType<P>;
  readonly query?: z.ZodObject & z.ZodType<Q>;
  /** Names in lower case. Headers that HTTP itself defines are not among them. */
  readonly headers?: z.ZodObject & z.ZodType<H>;
  /** Bodies by media type; the handler reads and checks them. */
  readonly bodies?: Readonly<Record<string, Content>>;
  /** @default {true} where there are bodies */
  readonly bodyRequired?: boolean;
  /** By status, all but errors. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Errors that this route can give, beside those that every route can. */
  readonly problems?: readonly ProblemCode[];
  /** @default {PROBLEM_JSON} */
  readonly errors?: ErrorStyle;
  readonly handle: (call: Call<P, Q, H>) => Response | Promise<Response>;
}

/** A declared route, ready to be mounted. */
export interface Route {
  readonly spec: Omit<RouteSpec, "handle">;
  /** Checks parameters, query and headers, then answers. @throws {HttpProblem} and what the handler throws. */
  answer(request: Request, params: Readonly<Record<string, string>>): Promise<Response>;
}

export const problemSchema = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  /** For programs. */
  code: z.string(),
}).meta({ id: "Problem", description: "An error (RFC 9457); programs look at `code`" });

export const PROBLEM_JSON: ErrorStyle = {
  type: "application/problem+json",
  schema: (codes) => problemSchema.and(z.looseObject({ code: z.enum(codes) })),
  respond: problemResponse,
};

/** Errors of every route. */
export const COMMON_PROBLEMS: readonly ProblemCode[] = ["internal"];

export function route<P = unknown, Q = unknown, H = unknown>(spec: RouteSpec<P, Q, H>): Route {
  const { handle, ...described } = spec;
  const { params, query, headers } = spec;
  return {
    spec: described,
    async answer(request, given) {
      const search = new URL(request.url).searchParams;
      return await handle({
        request,
        params: read(params, "path", () => given),
        query: read(query, "query", (names) => pick(names, (name) => search.get(name))),
        headers: read(headers, "header", (names) => pick(names, (n) => request.headers.get(n))),
      });
    },
  };
}

/** Checks one part of a request. Without a schema nobody looks at the part. */
function read<T>(
  schema: (z.ZodObject & z.ZodType<T>) | undefined,
  part: string,
  values: (names: readonly string[]) => Readonly<Record<string, string>>,
): T {
  if (!schema) return {} as T;
  const result = schema.safeParse(values(Object.keys(schema.shape)));
  if (result.success) return result.data as T;
  const { path, message } = result.error.issues[0]!;
  throw new HttpProblem("bad-request", `${part} ${path.join(".")}: ${message}`);
}

function pick(
  names: readonly string[],
  get: (name: string) => string | null,
): Readonly<Record<string, string>> {
  const found = names.map((name) => [name, get(name)] as const);
  return Object.fromEntries(found.filter((pair): pair is [string, string] => pair[1] !== null));
}
