// Names of a ResNet's weights, as published.

import { type Naming, normalisations } from "./naming.ts";

const torchvisionUnit = (stage: number, unit: number) => `layer${stage}.${unit - 1}`;

/** https://github.com/pytorch/vision, `models/resnet.py`; timm's are the same. */
export const torchvisionResNet: Naming = {
  title: "ResNet as torchvision and timm name it",
  mark: "conv1.weight",
  prefixes: [""],
  places: {
    "encoder/stem": () => "conv1",
    "encoder/stem/norm": () => "bn1",
    "encoder/stage.#/unit.#/conv1": (stage, unit) => `${torchvisionUnit(stage, unit)}.conv1`,
    "encoder/stage.#/unit.#/conv1/norm": (stage, unit) => `${torchvisionUnit(stage, unit)}.bn1`,
    "encoder/stage.#/unit.#/conv2": (stage, unit) => `${torchvisionUnit(stage, unit)}.conv2`,
    "encoder/stage.#/unit.#/conv2/norm": (stage, unit) => `${torchvisionUnit(stage, unit)}.bn2`,
    "encoder/stage.#/unit.#/shortcut": (stage, unit) =>
      `${torchvisionUnit(stage, unit)}.downsample.0`,
    "encoder/stage.#/unit.#/shortcut/norm": (stage, unit) =>
      `${torchvisionUnit(stage, unit)}.downsample.1`,
  },
  inner: /^layer\d/,
  normalisation: normalisations.imagenet,
};

const hfUnit = (stage: number, unit: number) => `encoder.stages.${stage - 1}.layers.${unit - 1}`;

/** https://github.com/huggingface/transformers, `modeling_resnet.py`. */
export const huggingFaceResNet: Naming = {
  title: "ResNet as Hugging Face names it",
  mark: "embedder.embedder.convolution.weight",
  prefixes: ["", "resnet."],
  places: {
    "encoder/stem": () => "embedder.embedder.convolution",
    "encoder/stem/norm": () => "embedder.embedder.normalization",
    "encoder/stage.#/unit.#/conv1": (stage, unit) => `${hfUnit(stage, unit)}.layer.0.convolution`,
    "encoder/stage.#/unit.#/conv1/norm": (stage, unit) =>
      `${hfUnit(stage, unit)}.layer.0.normalization`,
    "encoder/stage.#/unit.#/conv2": (stage, unit) => `${hfUnit(stage, unit)}.layer.1.convolution`,
    "encoder/stage.#/unit.#/conv2/norm": (stage, unit) =>
      `${hfUnit(stage, unit)}.layer.1.normalization`,
    "encoder/stage.#/unit.#/shortcut": (stage, unit) =>
      `${hfUnit(stage, unit)}.shortcut.convolution`,
    "encoder/stage.#/unit.#/shortcut/norm": (stage, unit) =>
      `${hfUnit(stage, unit)}.shortcut.normalization`,
  },
  inner: /^encoder\./,
  normalisation: normalisations.imagenet,
};
