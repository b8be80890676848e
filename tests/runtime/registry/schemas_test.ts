import { assert, assertEquals } from "@std/assert";
import type { z } from "zod";
import {
  canarySchema,
  emptySchema,
  levelsSchema,
  shadowSchema,
  switchSchema,
} from "../../../runtime/registry/schemas.ts";

const cases: [name: string, schema: z.ZodType, good: unknown[], bad: unknown[]][] = [
  [
    "switchSchema",
    switchSchema,
    [{ version: "1.0.0-rc.1" }, { version: "1.0.0", watchMs: 0, force: false }],
    [{}, { version: "1" }, { version: "1.0.0", watchMs: 0.5 }, { version: "1.0.0", force: 1 }],
  ],
  [
    "canarySchema",
    canarySchema,
    [{ version: "1.0.0", share: 0 }, { version: "1.0.0", share: 1 }],
    [{ version: "1.0.0" }, { version: "1.0.0", share: 1.1 }, { version: "1.0.0", share: -0.1 }],
  ],
  ["shadowSchema", shadowSchema, [{ version: "1.0.0" }], [{}, { version: "../1.0.0" }]],
  [
    "levelsSchema",
    levelsSchema,
    [{ threshold: 0.5 }, { threshold: 0, minRegionScore: 1 }],
    [{}, { minRegionScore: 0.5 }, { threshold: 2 }, { threshold: 0.5, minRegionScore: "1" }],
  ],
  ["emptySchema", emptySchema, [{}], [{ version: "1.0.0" }, [], null]],
];

for (const [name, schema, good, bad] of cases) {
  Deno.test(`${name} takes what the route documents, and nothing else`, () => {
    for (const body of good) assertEquals(schema.parse(body), body);
    for (const body of bad) assert(!schema.safeParse(body).success, JSON.stringify(body));
  });
}
