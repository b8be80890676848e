// The OpenAPI 3.1 description of a list of routes (https://spec.openapis.org/oas/v3.1.1). Pure.

import { neededRole } from "../auth/roles.ts";
import { guardProblems, PROBLEM_HEADERS } from "./guarded.ts";
import { createJsonSchemas, type JsonSchema, type JsonSchemas } from "./json_schemas.ts";
import { type ProblemCode, PROBLEMS } from "./problem.ts";
import {
  COMMON_PROBLEMS,
  type Content,
  PROBLEM_JSON,
  type Route,
  type RouteSpec,
} from "./route.ts";

type Spec = Route["spec"];
type Json = Readonly<Record<string, unknown>>;

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Json;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, Json>>;
  };
}

const BEARER = {
  type: "http",
  scheme: "bearer",
  description: "A token of the server's file, where it has one; PROTOCOL.md has the roles",
};

/** @throws {Error} when two schemas share an id, or a schema has no JSON Schema. */
export function openApi(routes: readonly Route[]): OpenApiDocument {
  const schemas = createJsonSchemas();
  const paths: Record<string, Record<string, Json>> = {};
  for (const { spec } of routes) {
    const path = paths[spec.path] ??= {};
    path[spec.method.toLowerCase()] = operation(spec, schemas);
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Lineside",
      version: "1",
      description:
        "Defect segmentation of camera frames. PROTOCOL.md has the bytes of the sockets.",
      license: { name: "MIT", identifier: "MIT" },
    },
    paths,
    components: { schemas: schemas.components(), securitySchemes: { bearer: BEARER } },
  };
}

function operation(spec: Spec, schemas: JsonSchemas): Json {
  const parameters = [
    ...parametersOf(spec.params, "path", schemas),
    ...parametersOf(spec.query, "query", schemas),
    ...parametersOf(spec.headers, "header", schemas),
  ];
  const role = neededRole(spec.method, spec.path);
  return {
    ...(role === "open" ? {} : { security: [{ bearer: [role] }, {}] }), // {}: a server without tokens asks nobody
    operationId: operationId(spec),
    tags: [spec.tag],
    summary: spec.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(spec.bodies
      ? {
        requestBody: {
          required: spec.bodyRequired ?? true,
          content: contentOf(spec.bodies, "input", schemas),
        },
      }
      : {}),
    responses: { ...answersOf(spec, schemas), ...errorsOf(spec, schemas) },
  };
}

/** "POST /v1/models/{name}/segment" → "postV1ModelsNameSegment". */
function operationId({ method, path }: Spec): string {
  const words = path.match(/[A-Za-z0-9]+/g) ?? ["root"];
  return method.toLowerCase() +
    words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
}

function parametersOf(
  schema: RouteSpec["params"],
  where: "path" | "query" | "header",
  schemas: JsonSchemas,
): Json[] {
  if (!schema) return [];
  const { properties, required = [] } = schemas.of(schema, "input") as {
    properties: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    ...{ name, in: where, required: required.includes(name), schema: rest },
    ...(description ? { description } : {}),
  }));
}

function contentOf(
  content: Readonly<Record<string, Content>>,
  io: "input" | "output",
  schemas: JsonSchemas,
): Json {
  return Object.fromEntries(
    Object.entries(content).map(([type, body]) => [
      type,
      body === "binary" ? {} : { schema: schemas.of(body, io) }, // bytes have no JSON Schema: OAS 3.1.1, 4.8.14
    ]),
  );
}

function answersOf(spec: Spec, schemas: JsonSchemas): Json {
  return Object.fromEntries(
    Object.entries(spec.answers).map(([status, { description, content, headers }]) => [status, {
      description,
      ...(headers ? { headers: headersOf(headers) } : {}),
      ...(content ? { content: contentOf(content, "output", schemas) } : {}),
    }]),
  );
}

function headersOf(headers: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [
      name,
      { description, schema: { type: "string" } },
    ]),
  );
}

/** One answer for each status, with the codes that have it. */
function errorsOf(spec: Spec, schemas: JsonSchemas): Json {
  const style = spec.errors ?? PROBLEM_JSON;
  const byStatus = Map.groupBy(problemsOf(spec), (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [status, {
      description: codes.map((code) => `${code}: ${PROBLEMS[code].title}`).join("; "),
      ...headersOfErrors(codes),
      content: { [style.type]: { schema: schemas.of(style.schema(codes), "output") } },
    }]),
  );
}

function headersOfErrors(codes: readonly ProblemCode[]): Json {
  const headers = Object.assign({}, ...codes.map((code) => PROBLEM_HEADERS[code] ?? {}));
  return Object.keys(headers).length > 0 ? { headers: headersOf(headers) } : {};
}

/** Every error code that a route may answer with. */
export function problemsOf(spec: Spec): readonly ProblemCode[] {
  const checked = spec.params ?? spec.query ?? spec.headers;
  return [
    ...new Set([
      ...COMMON_PROBLEMS,
      ...guardProblems(spec.method, spec.path),
      ...(checked ? ["bad-request"] as const : []),
      ...spec.problems ?? [],
    ]),
  ];
}
