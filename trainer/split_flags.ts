// The flags that say by which split a package was trained.

import type { Flags, FlagsSpec } from "../models/cli.ts";
import { openRun } from "./run_folder.ts";

export const splitFlags = {
  split: {
    type: "string",
    description:
      "Split file that the package was trained by, as split.json of its run (default: split again by seed and ratios of its card)",
  },
  run: {
    type: "string",
    description: "Folder of the run that the package is of, whose split it is",
  },
} as const satisfies FlagsSpec;

/** The split file that the flags name, if they do. @throws Error when the folder holds no run. */
export async function splitFileOf(
  { split, run }: Flags<typeof splitFlags>,
): Promise<string | undefined> {
  return split ?? (run === undefined ? undefined : (await openRun(run)).splitFile);
}
