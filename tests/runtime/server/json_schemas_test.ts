import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { createJsonSchemas } from "../../../runtime/server/json_schemas.ts";

const inner = () => z.strictObject({ size: z.number() }).meta({ id: "Inner" });

Deno.test("createJsonSchemas() refers to schemas with an id, inside and outside", () => {
  const schemas = createJsonSchemas();
  const shared = inner();
  const outer = z.strictObject({ list: z.array(shared) }).meta({ id: "Outer" });
  assertEquals(schemas.of(outer, "output"), { $ref: "#/components/schemas/Outer" });
  assertEquals(schemas.of(shared, "input"), { $ref: "#/components/schemas/Inner" });
  assertEquals(Object.keys(schemas.components()), ["Inner", "Outer"]);
  const { properties } = schemas.components().Outer as { properties: Record<string, unknown> };
  assertEquals(properties.list, { type: "array", items: { $ref: "#/components/schemas/Inner" } });
});

Deno.test("createJsonSchemas() knows that a default may be missing coming in, not going out", () => {
  const schema = z.object({ level: z.number().default(0) });
  const schemas = createJsonSchemas();
  assertEquals(schemas.of(schema, "input").required, undefined);
  assertEquals(schemas.of(schema, "output").required, ["level"]);
});

Deno.test("createJsonSchemas() refuses two schemas of one id", () => {
  const schemas = createJsonSchemas();
  schemas.of(inner(), "output");
  schemas.of(inner(), "output"); // the same again
  const other = z.strictObject({ size: z.string() }).meta({ id: "Inner" });
  assertThrows(() => schemas.of(other, "output"), Error, `have the id "Inner"`);
});
