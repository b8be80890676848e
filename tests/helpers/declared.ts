// Holds an answer of the app against what its route declares: status, media type, body.

import { problemsOf } from "../../runtime/server/openapi.ts";
import { PROBLEMS } from "../../runtime/server/problem.ts";
import { type Content, PROBLEM_JSON, type Route } from "../../runtime/server/route.ts";

/** The route that answers, or undefined when none has the method and path. */
export function routeOf(
  routes: readonly Route[],
  method: string,
  path: string,
): Route | undefined {
  return routes.find(({ spec }) =>
    spec.method === (method === "HEAD" ? "GET" : method) &&
    new RegExp(`^${spec.path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path)
  );
}

/** @throws {Error} that says what is not declared. Leaves the response unread. */
export async function checkDeclared(
  { spec }: Route,
  method: string,
  response: Response,
): Promise<void> {
  const { status } = response;
  const where = `${method} ${spec.path} answered ${status}`;
  const content = status < 400 ? spec.answers[status]?.content : errorContent(spec, status);
  if (status < 400 ? !spec.answers[status] : !content) throw new Error(`${where}, not declared`);
  const type = response.headers.get("content-type")?.replace(/;.*/, "");
  if (type === undefined) {
    if (content && method !== "HEAD") throw new Error(`${where} without a body`);
    return;
  }
  const body = content?.[type];
  if (!body) throw new Error(`${where} as ${type}, declared are ${Object.keys(content ?? {})}`);
  if (body === "binary" || method === "HEAD" || !response.body) return;
  if (response.headers.has("content-encoding")) return;
  const parsed = body.safeParse(await response.clone().json());
  if (!parsed.success) throw new Error(`${where}: ${parsed.error.message}`);
}

function errorContent(spec: Route["spec"], status: number): Record<string, Content> | undefined {
  const codes = problemsOf(spec).filter((code) => PROBLEMS[code].status === status);
  const style = spec.errors ?? PROBLEM_JSON;
  return codes.length === 0 ? undefined : { [style.type]: style.schema(codes) };
}
