// Errors as the Open Inference Protocol tells them: {"error": "…"} with the status of the problem.

import { z } from "zod";
import { type Problem, PROBLEMS } from "../server/problem.ts";
import type { ErrorStyle } from "../server/route.ts";

const errorSchema = z.strictObject({ error: z.string() }).meta({ id: "InferenceError" });

export const KSERVE_ERRORS: ErrorStyle = {
  type: "application/json",
  schema: () => errorSchema,
  respond({ code, detail, headers = {} }: Problem) {
    const body: z.infer<typeof errorSchema> = { error: detail };
    return Response.json(body, {
      status: PROBLEMS[code].status,
      headers: { "cache-control": "no-store", ...headers },
    });
  },
};
