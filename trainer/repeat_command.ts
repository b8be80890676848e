// How a run can be made again, in words that mean something on another machine.

import { basename } from "@std/path";
import { fixturesName } from "./data/root.ts";
import { openRun, type RunFolder } from "./run_folder.ts";

/** The data as another machine can name it. */
export function dataName({ config }: Pick<RunFolder, "config">): string {
  return config.data === fixturesName
    ? fixturesName
    : config.data.split(/[\\/]/).at(-1) || "unnamed";
}

/** The commands that repeat the run, and before it the one it started from. */
export async function repeatCommand(run: Pick<RunFolder, "config" | "dir">): Promise<string> {
  const { config } = run;
  const before = config.from === null
    ? []
    : [await repeatCommand(await openRun(config.from)), "&&"];
  return [
    ...before,
    "deno task train",
    `--data ${dataName(run)} --network ${config.network} --preset ${config.preset}`,
    `--size ${config.width}x${config.height} --batch ${config.batch} --steps ${config.steps}`,
    `--learning-rate ${config.learningRate} --seed ${config.seed} --split-seed ${config.splitSeed}`,
    `--evaluate-every ${config.evaluateEvery} --freeze-after ${config.freezeAfter}`,
    `--missed-weight ${config.missedWeight}`,
    ...(config.from === null ? [] : [`--from runs/${basename(config.from)}`]),
    ...(config.encoder === null ? [] : [`--encoder ${basename(config.encoder.file)}`]),
    `--backend ${config.backend} --out runs/${basename(run.dir)}`,
  ].join(" ");
}
