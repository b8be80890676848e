// Which light DPT suits a teacher.

import type { Card } from "../../models/card.ts";
import { misfitOf } from "../distillation/inherit_encoder.ts";
import { lightName, parseLightName } from "../networks/light_dpt.ts";
import { getNetwork } from "../networks/presets.ts";
import type { ImageSize } from "../ops/ops.ts";
import { plan, type WeightSpec } from "../ops/plan.ts";

/** What counts of a teacher's card. */
export type TeacherCard = Pick<Card, "network"> & { readonly input: ImageSize };

/** Whether a preset of dpt can begin with the teacher's first layers. */
export function inheritsFrom({ network, input }: TeacherCard, preset: string): boolean {
  const teacher = weightsOf(network.name, network.preset, input);
  const byPath = new Map(teacher.map((spec) => [spec.path, spec]));
  return misfitOf(weightsOf("dpt", preset, input), byPath) === undefined;
}

/** The sizes that a search compares: of the two kinds, where the teacher gives layers to begin with. */
export function searchedPresets(teacher: TeacherCard): string[] {
  const channels = inheritableChannels(teacher);
  if (channels === undefined) return [...fromChance];
  const sizes = [[2, 40], [3, 32], [4, 24], [4, 40]] as const;
  return [...sizes.map(([layers, width]) => firstLayers(channels, layers, width)), "c64-l4-f48"];
}

const fromChance = [
  ...["c64-l4-f24", "c64-l4-f48", "c96-l4-f32", "c96-l4-f48"],
  ...["c128-l4-f32", "c128-l4-f48", "c128-l8-f48"],
];

/**
 * The first layers of the teacher behind a narrow decoder, where it is a DPT whose patches are made as published encoders make
 * them; else `light`, which begins at chance.
 */
export function usualPreset(teacher: TeacherCard): string {
  const channels = inheritableChannels(teacher);
  return channels === undefined ? "light" : firstLayers(channels, ...usualSize);
}

/**
 * Layers, and channels of the decoder: of the sizes whose int8 takes about a sixth of a DPT tiny's time and half of its own float32's,
 * the one with most layers. Seen on the validation part of MVTec AD's screw, whose defects are small: `iou_defect` .17 after 300
 * steps, where three layers behind 32 channels, at three times the rate, had .09 after 800.
 */
const usualSize = [4, 24] as const;

/**
 * Of a student that has its teacher's layers: small defects ask for many. On MVTec AD's screw, validation part, seed 0,
 * `iou_image` and `iou_defect` are .808 and .230 after 1000 steps, .831 and .366 after 2000 (the teacher: .848 and .393); a
 * bottle's are near its teacher's after 1000.
 */
const inheritingSteps = 2000;

/**
 * Steps of students that are compared: one number for all, that of those which have their teacher's layers where one has.
 * Undefined where the network's recipe says it.
 */
export function usualSteps(teacher: TeacherCard, presets: readonly string[]): number | undefined {
  return presets.some((preset) => inheritsFrom(teacher, preset)) ? inheritingSteps : undefined;
}

function firstLayers(channels: number, layers: number, fusionChannels: number): string {
  return lightName({ patches: "product", channels, layers, fusionChannels });
}

/** Channels of a token of the teacher, if a student of the usual size can begin with its layers. */
function inheritableChannels(teacher: TeacherCard): number | undefined {
  const { network: { name, preset }, input } = teacher;
  const embedding = weightsOf(name, preset, input).find(({ path }) =>
    path === "encoder/embed/kernel"
  );
  const student = firstLayers(embedding?.shape.at(-1) ?? 0, ...usualSize);
  const size = parseLightName(student);
  return size !== undefined && inheritsFrom(teacher, student) ? size.channels : undefined;
}

function weightsOf(network: string, preset: string, size: ImageSize): readonly WeightSpec[] {
  return plan(getNetwork(network, preset), size).weights;
}
