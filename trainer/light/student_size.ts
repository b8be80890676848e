// Which light DPT suits a teacher.

import type { Card } from "../../models/card.ts";
import { misfitOf } from "../distillation/inherit_encoder.ts";
import { lightName } from "../networks/light_dpt.ts";
import { getNetwork } from "../networks/presets.ts";
import type { ImageSize, Shape } from "../ops/ops.ts";
import { plan, type WeightSpec } from "../ops/plan.ts";

/** What counts of a teacher's card. */
export type TeacherCard = Pick<Card, "network"> & { readonly input: ImageSize };

/** Whether a preset of dpt can begin with the teacher's first layers. */
export function inheritsFrom({ network, input }: TeacherCard, preset: string): boolean {
  const teacher = new Map(weightsOf(network.name, network.preset, input));
  const student = weightsOf("dpt", preset, input).map(([, spec]) => spec);
  return misfitOf(student, teacher) === undefined;
}

/**
 * The first layers of the teacher behind a narrow decoder, where it is a DPT whose patches are made as published encoders make
 * them; else `light`, which begins at chance.
 */
export function usualPreset(teacher: TeacherCard): string {
  const { network, input } = teacher;
  const embedding = new Map(weightsOf(network.name, network.preset, input)).get(embeddingPath);
  if (embedding === undefined) return "light";
  const channels = channelsOf(embedding.shape);
  const preset = lightName({ patches: "product", channels, layers: 3, fusionChannels: 40 });
  return inheritsFrom(teacher, preset) ? preset : "light";
}

const embeddingPath = "encoder/embed/kernel";

const channelsOf = (shape: Shape): number => shape.at(-1)!;

function weightsOf(
  network: string,
  preset: string,
  size: ImageSize,
): [string, WeightSpec][] {
  return plan(getNetwork(network, preset), size).weights.map((spec) => [spec.path, spec]);
}
