// Names of a vision transformer's weights, as published, for a DPT whose last tap is the encoder's last layer.

import { type Naming, normalisations } from "./naming.ts";

const timmBlock = (layer: number) => `blocks.${layer - 1}`;

/** https://github.com/huggingface/pytorch-image-models, `vision_transformer.py`. */
export const timmVit: Naming = {
  title: "ViT as timm names it",
  mark: "patch_embed.proj.weight",
  prefixes: [""],
  places: {
    "encoder/embed": () => "patch_embed.proj",
    "encoder/embed/readout": () => "cls_token",
    "encoder/embed/position": () => "pos_embed",
    "encoder/layer.#/attention/norm": (layer) => `${timmBlock(layer)}.norm1`,
    "encoder/layer.#/attention/query": (layer) => timmThird(layer, 0),
    "encoder/layer.#/attention/key": (layer) => timmThird(layer, 1),
    "encoder/layer.#/attention/value": (layer) => timmThird(layer, 2),
    "encoder/layer.#/attention/output": (layer) => `${timmBlock(layer)}.attn.proj`,
    "encoder/layer.#/mlp/norm": (layer) => `${timmBlock(layer)}.norm2`,
    "encoder/layer.#/mlp/expand": (layer) => `${timmBlock(layer)}.mlp.fc1`,
    "encoder/layer.#/mlp/contract": (layer) => `${timmBlock(layer)}.mlp.fc2`,
    "reassemble.4/norm": () => "norm",
  },
  inner: /^(?:blocks|norm_pre)\./,
  normalisation: normalisations.half,
};

function timmThird(layer: number, third: 0 | 1 | 2) {
  return { module: `${timmBlock(layer)}.attn.qkv`, third };
}

const hfLayer = (layer: number) => `encoder.layer.${layer - 1}`;

/** https://github.com/huggingface/transformers, `modeling_vit.py`, as its files are saved. */
export const huggingFaceVit: Naming = {
  title: "ViT as Hugging Face names it",
  mark: "embeddings.patch_embeddings.projection.weight",
  prefixes: ["", "vit."],
  places: {
    "encoder/embed": () => "embeddings.patch_embeddings.projection",
    "encoder/embed/readout": () => "embeddings.cls_token",
    "encoder/embed/position": () => "embeddings.position_embeddings",
    "encoder/layer.#/attention/norm": (layer) => `${hfLayer(layer)}.layernorm_before`,
    "encoder/layer.#/attention/query": (layer) => `${hfLayer(layer)}.attention.attention.query`,
    "encoder/layer.#/attention/key": (layer) => `${hfLayer(layer)}.attention.attention.key`,
    "encoder/layer.#/attention/value": (layer) => `${hfLayer(layer)}.attention.attention.value`,
    "encoder/layer.#/attention/output": (layer) => `${hfLayer(layer)}.attention.output.dense`,
    "encoder/layer.#/mlp/norm": (layer) => `${hfLayer(layer)}.layernorm_after`,
    "encoder/layer.#/mlp/expand": (layer) => `${hfLayer(layer)}.intermediate.dense`,
    "encoder/layer.#/mlp/contract": (layer) => `${hfLayer(layer)}.output.dense`,
    "reassemble.4/norm": () => "layernorm",
  },
  inner: /^encoder\./,
  normalisation: normalisations.half,
};
