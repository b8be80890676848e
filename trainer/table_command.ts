// `deno task table`: trains and measures every network on every class, and sets the results beside the published ones.

import { join } from "@std/path";
import { parseFlags, runMain, UsageError } from "../models/cli.ts";
import { writeJsonFile } from "../models/json_file.ts";
import { readSplit, samplesOf } from "../models/split.ts";
import { openSplit } from "../models/split_dataset.ts";
import { writeAtomically } from "../models/write_atomically.ts";
import { useBackend } from "./backend/select.ts";
import { checkData } from "./check_data.ts";
import { inputOf } from "./config.ts";
import { dataRoot } from "./data/root.ts";
import { expectSection, writeSection } from "./report/readme.ts";
import { type CellResult, readResult } from "./table/cell.ts";
import { fillCell, runOf } from "./table/fill_cell.ts";
import { formatTable, publishedOf, type TableRow } from "./table/format_table.ts";
import { onePixelIou } from "./table/one_pixel.ts";
import { tableFlags } from "./table/table_flags.ts";
import { type WantedCell, wantedCells } from "./table/wanted_cells.ts";
import { terminated } from "./terminated.ts";
import { DivergedError } from "./train.ts";

const about = {
  command: "deno task table",
  summary:
    "Trains and measures class × network × split and writes table.md and table.json. Ctrl-C saves; the same command goes on.",
};

if (import.meta.main) {
  await runMain(async (args, interrupted) => {
    const given = parseFlags(args, tableFlags, about);
    const { data } = given;
    if (data === undefined) throw new UsageError("--data must name a folder");
    const ofEncoder = given.encoder ?? given.encoderNormalisation;
    if (ofEncoder !== undefined && !given.networks.includes("dpt")) {
      throw new UsageError("--encoder is for dpt, which --networks does not name");
    }
    if (given.readme !== undefined) await expectSection(given.readme, "table");
    const cells = await wantedCells({ ...given, data });
    const root = await dataRoot(data);
    await useBackend(given.backend);
    if (!given.finished) await expectUsable(root, cells);

    const stop = AbortSignal.any([interrupted, terminated()]);
    const rows: TableRow[] = [];
    const diverged: string[] = [];
    for (const { config, place, samples } of cells) {
      if (given.finished && await readResult(runOf(place)) === null) continue;
      let result: CellResult | null;
      try {
        result = await fillCell(config, place, stop, console.error);
      } catch (error) {
        if (!(error instanceof DivergedError)) throw error;
        console.error(`${place.name}: ${error.message}`);
        diverged.push(place.name);
        continue;
      }
      if (result === null) {
        console.error(`Stopped. The same command goes on with ${place.name}`);
        return;
      }
      const test = samplesOf(await readSplit(place.splitFile), "test", samples);
      rows.push({ ...result, onePixel: await onePixelIou(root, test, config) });
      await writeTable(given.out, rows);
    }
    if (rows.length > 0) {
      const table = formatTable(rows);
      console.log(table);
      if (given.readme !== undefined) await writeSection(given.readme, "table", table);
    }
    if (diverged.length > 0) {
      throw new Error(`No result of ${diverged.join(", ")}: the loss diverged, see above`);
    }
    if (rows.length === 0) throw new UsageError(`--finished: no cell is, in "${given.out}"`);
  });
}

/** Checks what the cells that are not finished will be trained and measured on. @throws as `checkData` and `openSplit`. */
async function expectUsable(root: string, cells: readonly WantedCell[]): Promise<void> {
  const checked = new Set<string>();
  for (const { config, place, samples } of cells) {
    if (checked.has(place.splitFile) || await readResult(runOf(place)) !== null) continue;
    checked.add(place.splitFile);
    const split = await openSplit(place.splitFile, root, samples, { seed: config.splitSeed });
    await checkData({ root, samples, split }, inputOf(config), () => {}); // training says it
  }
}

/** After every cell: what is done may be read while the next one trains. */
async function writeTable(out: string, rows: readonly TableRow[]): Promise<void> {
  const beside = rows.map((row) => ({ ...row, published: publishedOf(row) ?? null }));
  await writeJsonFile(join(out, "table.json"), beside);
  await writeAtomically(join(out, "table.md"), formatTable(rows) + "\n");
}
