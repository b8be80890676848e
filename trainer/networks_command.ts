// `deno task networks`: what every preset costs, as a table.

import { parseFlags, runMain } from "../models/cli.ts";
import { progressBar } from "../models/progress.ts";
import { writeSection } from "./report/readme.ts";
import { networkFacts } from "./network_facts.ts";
import { getNetwork, presetNames } from "./networks/presets.ts";
import { formatNetworks, type NetworkRow } from "./networks_table.ts";

/** Of the paper, and of the shipped packages. */
const size = { height: 256, width: 256 };

const flags = {
  readme: {
    type: "string",
    description:
      "Document whose section between the markers networks:begin and networks:end gets the table",
  },
} as const;

if (import.meta.main) {
  await runMain(async (args) => {
    const given = parseFlags(args, flags, {
      command: "deno task networks",
      summary:
        `Lists the networks and presets with what they cost on one image of ${size.height}×${size.width}.`,
    });
    const table = formatNetworks(measureAll());
    console.log(table);
    if (given.readme !== undefined) await writeSection(given.readme, "networks", table);
  });
}

/** One after the other: the largest takes more than a gigabyte while it is measured. */
function measureAll(): NetworkRow[] {
  const all = [...presetNames].flatMap(([network, presets]) =>
    presets.map((preset) => ({ network, preset }))
  );
  using progress = progressBar({ label: "networks", total: all.length, unit: "presets" });
  return all.map(({ network, preset }) => {
    const facts = networkFacts(getNetwork(network, preset), size);
    progress.tick(`${network} ${preset}`);
    return { network, preset, ...facts };
  });
}
