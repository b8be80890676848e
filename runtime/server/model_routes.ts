// What GET /v1/models and /v1/models/{name} tell about a model. Knows no frame.

import { eTag, ifNoneMatch } from "@std/http/etag";
import type { ModelService } from "./model_service.ts";

/** The parts of the card that a client looks at, and how the model is served. */
export function modelSummary(service: ModelService): Record<string, unknown> {
  const { name, version, network, input, products, metrics } = service.card;
  const { threshold, minRegionScore } = service.card;
  const ready = service.state() === "ready";
  return {
    ...{ name, version, state: service.state(), network, products, metrics },
    ...{ threshold, minRegionScore },
    input: { width: input.width, height: input.height },
    ...(ready
      ? { variant: service.describe().variant, provider: service.describe().provider }
      : {}),
  };
}

/** The whole card, with an ETag. */
export async function cardRoute(request: Request, service: ModelService): Promise<Response> {
  const body = JSON.stringify({ ...modelSummary(service), card: service.card });
  const headers = {
    "content-type": "application/json",
    etag: (await eTag(body))!,
    "cache-control": "no-cache",
  };
  return ifNoneMatch(request.headers.get("if-none-match"), headers.etag)
    ? new Response(body, { headers })
    : new Response(null, { status: 304, headers });
}
