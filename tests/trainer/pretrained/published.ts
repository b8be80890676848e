// Files of published weights as tests need them: every tensor there, under one naming, with numbers of its own.

import type { Tensor } from "../../../models/safetensors.ts";
import { normalValues } from "../helpers.ts";

export type Tensors = Map<string, Tensor>;

export function tensor(name: string, shape: number[]): [string, Tensor] {
  const count = shape.reduce((product, size) => product * size, 1);
  return [name, { dtype: "F32", shape, data: normalValues(count, name) }];
}

/** A ViT as timm names it. @param grid Rows and columns of patches its position embedding is for. */
export function timmVit(channels: number, layers: number, patch: number, grid: number): Tensors {
  const c = channels;
  const module = (name: string, shape: number[]) => [
    tensor(`${name}.weight`, shape),
    tensor(`${name}.bias`, [shape[0]!]),
  ];
  const blocks = Array.from({ length: layers }, (_, i) => [
    ...module(`blocks.${i}.norm1`, [c]),
    ...module(`blocks.${i}.attn.qkv`, [3 * c, c]),
    ...module(`blocks.${i}.attn.proj`, [c, c]),
    ...module(`blocks.${i}.norm2`, [c]),
    ...module(`blocks.${i}.mlp.fc1`, [4 * c, c]),
    ...module(`blocks.${i}.mlp.fc2`, [c, 4 * c]),
  ]).flat();
  return new Map([
    ...module("patch_embed.proj", [c, 3, patch, patch]),
    tensor("cls_token", [1, 1, c]),
    tensor("pos_embed", [1, 1 + grid * grid, c]),
    ...blocks,
    ...module("norm", [c]),
    ...module("head", [10, c]),
  ]);
}

/** The same weights as Hugging Face names them. */
export function asHuggingFaceVit(timm: Tensors): Tensors {
  const renamed = [...timm].flatMap(([name, value]) => {
    const [, layer, rest = ""] = /^blocks\.(\d+)\.(.*)$/.exec(name) ?? [];
    const inLayer = (of: string) => `vit.encoder.layer.${layer}.${of}`;
    const leaf = name.slice(name.lastIndexOf("."));
    const modules: Record<string, string> = {
      "norm1": "layernorm_before",
      "attn.proj": "attention.output.dense",
      "norm2": "layernorm_after",
      "mlp.fc1": "intermediate.dense",
      "mlp.fc2": "output.dense",
    };
    if (rest.startsWith("attn.qkv")) {
      const third = value.data.length / 3;
      return ["query", "key", "value"].map((part, i): [string, Tensor] => [
        inLayer(`attention.attention.${part}${leaf}`),
        {
          dtype: "F32",
          shape: [value.shape[0]! / 3, ...value.shape.slice(1)],
          data: (value.data as Float32Array).slice(i * third, (i + 1) * third),
        },
      ]);
    }
    if (layer !== undefined) {
      return [[inLayer(modules[rest.slice(0, -leaf.length)]! + leaf), value] as [string, Tensor]];
    }
    const outer: Record<string, string> = {
      "cls_token": "vit.embeddings.cls_token",
      "pos_embed": "vit.embeddings.position_embeddings",
      [`patch_embed.proj${leaf}`]: `vit.embeddings.patch_embeddings.projection${leaf}`,
      [`norm${leaf}`]: `vit.layernorm${leaf}`,
      [`head${leaf}`]: `classifier${leaf}`,
    };
    return [[outer[name]!, value] as [string, Tensor]];
  });
  return new Map(renamed);
}

/** A ResNet of basic units as torchvision names it. */
export function torchvisionResNet(units: readonly number[]): Tensors {
  const norm = (name: string, c: number) => [
    ...["weight", "bias", "running_mean", "running_var"].map((leaf) =>
      tensor(`${name}.${leaf}`, [c])
    ),
    [`${name}.num_batches_tracked`, { dtype: "I64", shape: [], data: BigInt64Array.of(5n) }] as [
      string,
      Tensor,
    ],
  ];
  const stages = units.flatMap((count, stage) =>
    Array.from({ length: count }, (_, unit) => {
      const filters = 64 << stage;
      const inputs = unit > 0 ? filters : stage > 0 ? filters / 2 : 64;
      const name = `layer${stage + 1}.${unit}`;
      const shortcut = stage > 0 && unit === 0
        ? [
          tensor(`${name}.downsample.0.weight`, [filters, inputs, 1, 1]),
          ...norm(`${name}.downsample.1`, filters),
        ]
        : [];
      return [
        tensor(`${name}.conv1.weight`, [filters, inputs, 3, 3]),
        ...norm(`${name}.bn1`, filters),
        tensor(`${name}.conv2.weight`, [filters, filters, 3, 3]),
        ...norm(`${name}.bn2`, filters),
        ...shortcut,
      ];
    }).flat()
  );
  return new Map([
    tensor("conv1.weight", [64, 3, 7, 7]),
    ...norm("bn1", 64),
    ...stages,
    tensor("fc.weight", [10, 512]),
    tensor("fc.bias", [10]),
  ]);
}

/** The same weights as Hugging Face names them. */
export function asHuggingFaceResNet(torchvision: Tensors): Tensors {
  return new Map([...torchvision].map(([name, value]) => [
    name
      .replace(/^conv1\./, "resnet.embedder.embedder.convolution.")
      .replace(/^bn1\./, "resnet.embedder.embedder.normalization.")
      .replace(/^fc\./, "classifier.1.")
      .replace(
        /^layer(\d)\.(\d)\./,
        (_, stage, unit) => `resnet.encoder.stages.${stage - 1}.layers.${unit}.`,
      )
      .replace(
        /(layers\.\d\.)(conv|bn)(\d)/,
        (_, layer, kind, i) =>
          `${layer}layer.${i - 1}.${kind === "conv" ? "convolution" : "normalization"}`,
      )
      .replace("downsample.0", "shortcut.convolution")
      .replace("downsample.1", "shortcut.normalization"),
    value,
  ]));
}
