// Turns zod schemas into JSON Schema for one OpenAPI document: a schema with an id becomes a component that
// the others refer to. Knows no route.

import { z } from "zod";

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface JsonSchemas {
  /** @param io whether the value comes in or goes out: a default is optional in, always there out. */
  of(schema: z.ZodType, io: "input" | "output"): JsonSchema;
  /** All schemas with an id so far, by id. */
  components(): Readonly<Record<string, JsonSchema>>;
}

const LOCAL = "#/$defs/";

export function createJsonSchemas(): JsonSchemas {
  const components = new Map<string, string>();

  /** @throws {Error} when two schemas share an id. */
  function keep(id: string, schema: unknown): void {
    const text = JSON.stringify(schema);
    if ((components.get(id) ?? text) !== text) {
      throw new Error(`Cannot describe the API: two schemas have the id "${id}"`);
    }
    components.set(id, text);
  }

  return {
    of(schema, io) {
      // In an array the schema itself is one that can be referred to, too.
      const whole = z.toJSONSchema(z.array(schema), { io, target: "draft-2020-12" });
      const { items, $defs = {} } = relocate(whole) as Record<string, JsonSchema>;
      for (
        const [id, { id: _, ...component }] of Object.entries($defs as Record<string, JsonSchema>)
      ) {
        keep(id, component);
      }
      return items!;
    },
    components: () =>
      Object.fromEntries(
        [...components].sort(([a], [b]) => a < b ? -1 : 1).map((
          [id, text],
        ) => [id, JSON.parse(text)]),
      ),
  };
}

/** The same value with references to components instead of local definitions. */
function relocate(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relocate);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === "$ref" && typeof inner === "string" && inner.startsWith(LOCAL)
        ? [key, `#/components/schemas/${inner.slice(LOCAL.length)}`]
        : [key, relocate(inner)]
    ),
  );
}
