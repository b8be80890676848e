// Where a data set that is asked for by name lies.

import { standardDataset } from "../../fixtures/dataset.ts";

/** What `--data` calls the synthetic products that come with Lineside. */
export const fixturesName = "fixtures";

/** Folder of a data set: `"fixtures"` is generated if it is not there, anything else is a path. */
export async function dataRoot(data: string): Promise<string> {
  return data === fixturesName ? await standardDataset() : data;
}
