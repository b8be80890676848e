// The flags of commands that write packages of several precisions, and what they say of them.

import type { VariantName } from "../models/card.ts";
import type { Flags, FlagsSpec } from "../models/cli.ts";
import { type CalibrationMethod, calibrationMethods } from "./quantization/calibrate.ts";
import type { Variant, VariantOptions } from "./variants.ts";

export const variantFlags = {
  calibrationImages: {
    type: "integer",
    min: 1,
    default: 64,
    description: "Images of the train part that tell int8 its ranges, half of them defective",
  },
  calibration: {
    type: "list",
    choices: calibrationMethods,
    description: "How int8 takes its ranges from them (default: the best of all)",
  },
  budget: {
    type: "number",
    min: 0,
    max: 1,
    default: 0.005,
    description:
      "How much int8 may lose of the mean of iou_image and iou_defect on validation; the worst layers stay float32 for it",
  },
} as const satisfies FlagsSpec;

/** @param variants Names of the precisions beside fp32. */
export function variantOptionsOf(
  { variants, calibrationImages, calibration, budget }: Flags<typeof variantFlags> & {
    readonly variants: readonly string[];
  },
): VariantOptions {
  return {
    names: variants as VariantName[],
    calibrationImages,
    budget,
    ...(calibration.length > 0 && { methods: calibration as CalibrationMethod[] }),
  };
}

/** A variant in a line: size, what it reaches on the test part, how far its golden map is off, how it was made. */
export function describeVariant(
  { name, file, goldenDifference, test: { overall } }: Variant,
): string {
  const { iou_image, iou_defect } = overall;
  const made = file.about?.made;
  return `${name}: ${(file.bytes.length / 1e6).toFixed(2)} MB, iou_image ${
    iou_image.toFixed(4)
  }, ` +
    `iou_defect ${iou_defect.toFixed(4)}, golden max|Δ| ${goldenDifference.toExponential(1)}` +
    (made === undefined ? "" : ` (${made})`);
}
