import { assert, assertEquals } from "@std/assert";
import { formatHelp, nearestWord } from "../../models/cli_help.ts";

Deno.test("formatHelp() lines up flags, limits, choices and defaults", () => {
  const text = formatHelp({
    batchSize: { type: "integer", min: 1, max: 64, default: 8, description: "Images a step" },
    provider: { type: "string", choices: ["cpu", "wasm"], description: "What computes" },
    resume: { type: "boolean", default: true, description: "Go on" },
    quiet: { type: "boolean", description: "Print less" },
  }, {
    command: "deno task c",
    summary: "Does things.",
    positional: { name: "<file>", description: "A picture" },
  });
  assertEquals(
    text,
    `Does things.

Usage: deno task c [flags] <file>

  <file>                  A picture
  --batch-size <integer>  Images a step (in 1..64; default 8)
  --provider <text>       What computes (one of cpu, wasm)
  --resume                Go on (default true)
  --quiet                 Print less
  --help                  Show this text
`,
  );
});

Deno.test("formatHelp() wraps long texts within 100 columns", () => {
  const description = "word ".repeat(60).trim();
  const text = formatHelp({ flag: { type: "string", description } }, {
    command: "c",
    summary: description,
  });
  const lines = text.split("\n");
  assert(lines.every((line) => line.length <= 100), text);
  assert(lines.some((line) => /^ {17}word/.test(line)), text);
  assertEquals(text.match(/word/g)!.length, 120);
});

Deno.test("nearestWord() finds the word with the fewest edits, or none", () => {
  const known = ["batch-size", "steps", "seed"];
  assertEquals(nearestWord("step", known), "steps");
  assertEquals(nearestWord("bachsize", known), "batch-size");
  assertEquals(nearestWord("steppps", known), "steps");
  assertEquals(nearestWord("sead", known), "seed");
  assertEquals(nearestWord("verbose", known), undefined);
  assertEquals(nearestWord("x", []), undefined);
});
