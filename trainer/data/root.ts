// Where a data set that is asked for by name lies.

import { standardDataset } from "../../fixtures/dataset.ts";
import { exists } from "../../models/files.ts";

/** What `--data` calls the synthetic products that come with Lineside. */
export const fixturesName = "fixtures";

/**
 * Folder of a data set: `"fixtures"` is generated if it is not there, anything else is a path.
 *
 * @throws Error when that is no folder.
 */
export async function dataRoot(data: string): Promise<string> {
  if (data === fixturesName) return await standardDataset();
  if (!await exists(data)) throw new Error(`Cannot open data "${data}": there is no such folder`);
  if ((await Deno.stat(data)).isDirectory) return data;
  throw new Error(`Cannot open data "${data}": it is a file, must be a folder`);
}
