import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { expectation, fieldsOf, flagsOf } from "../../../runtime/config/fields.ts";
import { configSchema } from "../../../runtime/config/schema.ts";

Deno.test("fieldsOf() lists the leaves with names for flag and environment", () => {
  const schema = z.strictObject({
    maxSize: z.int().min(1).max(9).default(3).meta({ description: "Size", unit: "px" }),
    group: z.strictObject({
      on: z.boolean().default(false).meta({ description: "On", flag: "group-on" }),
      key: z.string().optional().meta({ description: "Key", secret: true }),
    }).prefault({}),
  });
  const [size, on, key] = fieldsOf(schema);
  assertEquals(size, {
    ...{ path: "maxSize", flag: "maxSize", env: "LINESIDE_MAX_SIZE", type: "integer" },
    ...{ description: "Size", secret: false, unit: "px", min: 1, max: 9, default: 3 },
  });
  assertEquals([on!.path, on!.flag, on!.env], ["group.on", "groupOn", "LINESIDE_GROUP_ON"]);
  assertEquals([key!.flag, key!.secret], [undefined, true]);
  assertEquals(Object.keys(flagsOf([size!, on!, key!])), ["maxSize", "groupOn"]);
  assertEquals(expectation(size!), "a whole number in 1..9");
});

Deno.test("fieldsOf() knows lists of texts", () => {
  const schema = z.strictObject({
    names: z.array(z.string().min(1)).default([]).meta({ description: "Names" }),
  });
  const [names] = fieldsOf(schema);
  assertEquals([names!.type, names!.default], ["list", []]);
  assertEquals(expectation(names!), "a list of texts");
  const flags = flagsOf([names!]);
  assertEquals(flags.names, { type: "list", description: "Names; LINESIDE_NAMES", default: [] });
});

Deno.test("fieldsOf() refuses two settings of one name and one without a description", () => {
  const leaf = z.string().optional();
  const twice = z.strictObject({
    a: leaf.meta({ description: "A", flag: "same" }),
    b: leaf.meta({ description: "B", flag: "same" }),
  });
  assertThrows(() => fieldsOf(twice), Error, "LINESIDE_SAME is taken");
  assertThrows(() => fieldsOf(z.strictObject({ a: leaf })), Error, "no description");
});

Deno.test("fieldsOf() finds a unit on every number of the server's settings but the port", () => {
  const bare = fieldsOf(configSchema).filter(({ type, unit }) =>
    (type === "number" || type === "integer") && unit === undefined
  );
  assertEquals(bare.map(({ path }) => path), ["port"]);
});
