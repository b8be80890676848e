// How a run can be made again, in words that mean something on another machine.

import { basename, dirname } from "@std/path";
import { isPackage } from "../models/package.ts";
import { formatSwitches } from "./data/augment/switches.ts";
import { fixturesName } from "./data/root.ts";
import { formatObjective } from "./losses/parse_objective.ts";
import { openRun, type RunFolder } from "./run_folder.ts";

/** The data as another machine can name it. */
export function dataName({ config }: Pick<RunFolder, "config">): string {
  return config.data === fixturesName
    ? fixturesName
    : config.data.split(/[\\/]/).at(-1) || "unnamed";
}

/** The commands that repeat the run, and before it those it started and learned from. */
export async function repeatCommand(run: Pick<RunFolder, "config" | "dir">): Promise<string> {
  const { config } = run;
  const { distillation } = config;
  const teacher = distillation?.teacher ?? null;
  const isTaughtByPackage = teacher !== null && await isPackage(teacher);
  const before = [];
  for (const other of [isTaughtByPackage ? null : teacher, config.from]) {
    if (other !== null) before.push(await repeatCommand(await openRun(other)), "&&");
  }
  return [
    ...before,
    "deno task train",
    `--data ${dataName(run)} --network ${config.network} --preset ${config.preset}`,
    `--size ${config.width}x${config.height} --batch ${config.batch} --steps ${config.steps}`,
    `--learning-rate ${config.learningRate} --encoder-rate ${config.encoderRate}`,
    `--layer-decay ${config.layerDecay} --freeze-after ${config.freezeAfter}`,
    `--frozen-rate ${config.frozenRate}`,
    `--weight-decay ${config.weightDecay} --average-decay ${config.averageDecay}`,
    `--losses ${formatObjective(config.losses)} --defect-share ${config.defectShare}`,
    `--synthetic-share ${config.syntheticShare} --crop ${config.crop}`,
    `--crop-until ${config.cropUntil} --patience ${config.patience}`,
    `--evaluate-every ${config.evaluateEvery} --augment "${formatSwitches(config.augment)}"`,
    `--seed ${config.seed} --split-seed ${config.splitSeed}`,
    ...(config.microBatch === null ? [] : [`--micro-batch ${config.microBatch}`]),
    ...(config.from === null ? [] : [`--from ${runName(config.from)}`]),
    ...(config.encoder === null ? [] : [`--encoder ${basename(config.encoder.file)}`]),
    ...(config.moreGood === null ? [] : [`--more-good ${basename(config.moreGood)}`]),
    ...(config.roundsNumbers ? ["--int8-aware"] : []),
    ...(distillation === null ? [] : [
      `--teacher ${
        isTaughtByPackage ? packageName(distillation.teacher) : runName(distillation.teacher)
      }`,
      `--map-weight ${distillation.mapWeight}`,
      `--feature-weight ${distillation.featureWeight} --temperature ${distillation.temperature}`,
      `--band-weight ${distillation.bandWeight}`,
      ...(distillation.inherits ? ["--inherit"] : []),
    ]),
    `--backend ${config.backend} --out ${runName(run.dir)}`,
  ].join(" ");
}

const runName = (dir: string) => `runs/${basename(dir)}`;
/** As packages lie: by name and version. */
const packageName = (dir: string) => `models/${basename(dirname(dir))}/${basename(dir)}`;
