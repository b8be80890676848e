// `deno task data`: what a data set holds, and whether it can be trained on.

import { parseFlags, runMain, UsageError } from "../models/cli.ts";
import { listDataset } from "../models/dataset_listing.ts";
import { listSome } from "../models/list_some.ts";
import { progressBar } from "../models/progress.ts";
import { inspectDataset } from "./data/inspect.ts";
import { formatInspection } from "./data/inspection_table.ts";
import { dataRoot } from "./data/root.ts";

const flags = {
  data: {
    type: "string",
    description:
      'Folder in MVTec AD\'s layout, with images/ beside masks/, or with each mask x.png beside its image x.jpg; or "fixtures" for the synthetic products',
  },
  products: {
    type: "list",
    description:
      "Products to look at (default: all that are there); one name also names a folder that is itself the product",
  },
  json: { type: "boolean", description: "Print all that was found as JSON" },
} as const;

if (import.meta.main) {
  await runMain(async (args) => {
    const given = parseFlags(args, flags, {
      command: "deno task data",
      summary:
        "Opens every image and mask of a data set and lists what is there. Ends with 1, naming the files, where one cannot be used.",
    });
    if (given.data === undefined) throw new UsageError("--data must name a folder");
    const root = await dataRoot(given.data);
    const wanted = given.products.length > 0 ? given.products : undefined;
    const listing = await listDataset(root, wanted);
    using progress = progressBar({ label: "data", total: listing.samples.length, unit: "images" });
    const inspection = await inspectDataset(root, listing, () => progress.tick());
    progress[Symbol.dispose]();

    const { problems, warnings } = inspection;
    console.log(given.json ? JSON.stringify(inspection, null, 2) : formatInspection(inspection));
    if (warnings.length > 0) {
      console.error(`warning: ${listSome(warnings.map(({ message }) => message))}`);
    }
    if (problems.length > 0) {
      const messages = listSome(problems.map(({ message }) => message));
      throw new Error(`Cannot use "${root}" as it is:\n  ${messages}`);
    }
  });
}
