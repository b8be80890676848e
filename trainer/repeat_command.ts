// How a run can be made again, in words that mean something on another machine.

import { basename, dirname, join, resolve } from "@std/path";
import { kebab } from "../models/cli_spec.ts";
import { exists } from "../models/files.ts";
import { isPackage } from "../models/package.ts";
import { SEMVER } from "../models/semver.ts";
import { formatSwitches } from "./data/augment/switches.ts";
import { fixturesName } from "./data/root.ts";
import { formatObjective } from "./losses/parse_objective.ts";
import { openRun, type RunFolder } from "./run_folder.ts";
import { recipeFlags } from "./train_flags.ts";

/** The data as another machine can name it. */
export function dataName({ config: { data } }: Pick<RunFolder, "config">): string {
  return data === fixturesName ? fixturesName : nameOf(data);
}

/**
 * The commands that repeat the run, and before it those it started and learned from. One of these that is gone is only named.
 * For a POSIX shell.
 */
export async function repeatCommand(run: Pick<RunFolder, "config" | "dir">): Promise<string> {
  const { config } = run;
  const { distillation, encoder, from, moreGood } = config;
  const teacher = distillation?.teacher ?? null;
  const before = [];
  for (const other of [teacher, from]) {
    if (other !== null && await isRun(other)) {
      before.push(await repeatCommand(await openRun(other)), "&&");
    }
  }
  const recipe = (Object.keys(recipeFlags) as (keyof typeof recipeFlags)[])
    .map((name) => [name, name === "losses" ? formatObjective(config.losses) : config[name]]);
  const flags: Readonly<Record<string, string | number | boolean | null>> = {
    ...{ data: dataName(run), network: config.network, preset: config.preset },
    ...{ products: config.products.join(","), size: `${config.width}x${config.height}` },
    ...Object.fromEntries(recipe),
    ...{ augment: formatSwitches(config.augment), microBatch: config.microBatch },
    ...{ seed: config.seed, splitSeed: config.splitSeed },
    // Which is made by the seed where it is not there.
    split: join(runName(run.dir), "split.json"),
    from: from && runName(from),
    encoder: encoder && nameOf(encoder.file),
    encoderNormalisation: encoder?.normalisation ?? null,
    moreGood: moreGood && nameOf(moreGood),
    int8Aware: config.roundsNumbers,
    ...(distillation && {
      teacher: await nameOfTeacher(distillation.teacher),
      mapWeight: distillation.mapWeight,
      featureWeight: distillation.featureWeight,
      temperature: distillation.temperature,
      bandWeight: distillation.bandWeight,
      inherit: distillation.inherits,
    }),
    ...{ backend: config.backend, out: runName(run.dir) },
  };
  const words = Object.entries(flags).flatMap(([name, value]) => {
    if (value === null || value === false) return [];
    return value === true ? [`--${kebab(name)}`] : [`--${kebab(name)}`, quoted(`${value}`)];
  });
  return [...before, "deno task train", ...words].join(" ");
}

/** Whether a folder still holds a run. */
const isRun = (dir: string) => exists(join(dir, "config.json"));
const nameOf = (path: string) => basename(resolve(path)) || "unnamed";
const runName = (dir: string) => `runs/${nameOf(dir)}`;
/** As packages lie: by name and version. */
const packageName = (dir: string) => `models/${nameOf(dirname(resolve(dir)))}/${nameOf(dir)}`;

/** A package that is gone is told by the folder of its version. */
async function nameOfTeacher(dir: string): Promise<string> {
  const isOfPackage = await isPackage(dir) || !await isRun(dir) && SEMVER.test(nameOf(dir));
  return isOfPackage ? packageName(dir) : runName(dir);
}

/** A word that a shell takes as it is. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
