import { assertEquals, assertThrows } from "@std/assert";
import { dpt } from "../../../trainer/networks/dpt.ts";
import { resunet } from "../../../trainer/networks/resunet.ts";
import type { Tensor } from "../../../models/safetensors.ts";
import type { Network } from "../../../trainer/ops/ops.ts";
import { plan } from "../../../trainer/ops/plan.ts";
import { takeEncoder } from "../../../trainer/pretrained/take_encoder.ts";
import { smallDpt } from "../networks/small_dpt.ts";
import {
  asHuggingFaceResNet,
  asHuggingFaceVit,
  tensor,
  type Tensors,
  timmVit,
  torchvisionResNet,
} from "./published.ts";

const size = { height: 64, width: 96 };
const vit = () => timmVit(16, 4, 16, 3);
const take = (tensors: Tensors, network: Network = dpt(smallDpt)) =>
  takeEncoder(tensors, plan(network, size).weights, size);

Deno.test("takeEncoder() fills every weight of a DPT's encoder, and the norm of its last tap", () => {
  const { weights, report } = take(vit());
  const wanted = plan(dpt(smallDpt), size).weights.filter(({ path }) =>
    path.startsWith("encoder/") || path.startsWith("reassemble.4/norm/")
  );
  assertEquals([...weights.keys()].sort(), wanted.map(({ path }) => path).sort());
  for (const { path, shape } of wanted) assertEquals(weights.get(path)!.shape, shape);
  assertEquals(report.leftOver, ["head.bias", "head.weight"]);
  assertEquals(report.missing, []);
  assertEquals(report.used.length, vit().size - 2);
  assertEquals(report.normalisation.mean, [0.5, 0.5, 0.5]);
});

Deno.test("takeEncoder() turns PyTorch's axes into ours", () => {
  const file = vit();
  const { weights } = take(file);
  const at = (name: string, ...index: number[]) => {
    const { shape, data } = file.get(name)!;
    return data[index.reduce((sum, i, axis) => sum * shape[axis]! + i, 0)];
  };
  // [out,in,kh,kw] → [kh,kw,in,out]; [out,in] → [in,out]; a third of [3·out,in].
  assertEquals(
    weights.get("encoder/embed/kernel")!.data[((2 * 16 + 5) * 3 + 1) * 16 + 7],
    at("patch_embed.proj.weight", 7, 1, 2, 5),
  );
  assertEquals(
    weights.get("encoder/layer.2/mlp/expand/matrix")!.data[3 * 64 + 50],
    at("blocks.1.mlp.fc1.weight", 50, 3),
  );
  assertEquals(
    weights.get("encoder/layer.1/attention/value/matrix")!.data[3 * 16 + 5],
    at("blocks.0.attn.qkv.weight", 2 * 16 + 5, 3),
  );
  assertEquals(
    weights.get("encoder/layer.1/attention/key/bias")!.data[4],
    at("blocks.0.attn.qkv.bias", 16 + 4),
  );
});

Deno.test("takeEncoder() takes the same from both namings of a ViT", () => {
  const [timm, huggingFace] = [take(vit()), take(asHuggingFaceVit(vit()))];
  assertEquals(huggingFace.weights, timm.weights);
  assertEquals(huggingFace.report.leftOver, ["classifier.bias", "classifier.weight"]);
  const bare = [...asHuggingFaceVit(vit())].map(([name, value]) =>
    [name.replace(/^vit\./, ""), value] as const
  );
  assertEquals(take(new Map(bare)).weights, timm.weights);
});

Deno.test("takeEncoder() takes the same from both namings of a ResNet", () => {
  const network = resunet({ encoder: { units: [2, 2, 2, 2] } });
  const published = torchvisionResNet([2, 2, 2, 2]);
  const [torchvision, huggingFace] = [
    take(published, network),
    take(asHuggingFaceResNet(published), network),
  ];
  assertEquals(huggingFace.weights, torchvision.weights);
  const encoder = plan(network, size).weights.filter(({ path }) => path.startsWith("encoder/"));
  assertEquals([...torchvision.weights.keys()].sort(), encoder.map(({ path }) => path).sort());
  const counters = [...published.keys()].filter((name) => name.endsWith("num_batches_tracked"));
  assertEquals(torchvision.report.leftOver, [...counters, "fc.bias", "fc.weight"].sort());
  assertEquals(
    torchvision.weights.get("encoder/stage.3/unit.1/shortcut/norm/variance")!.data,
    published.get("layer3.0.downsample.1.running_var")!.data,
  );
});

Deno.test("takeEncoder() refuses another encoder, and names the first tensor that does not fit", () => {
  const without = (name: string) => {
    const tensors = vit();
    tensors.delete(name);
    return tensors;
  };
  const resnet18 = resunet({ encoder: { units: [2, 2, 2, 2] } });
  const refusals: [Tensors, Network, string][] = [
    [
      timmVit(32, 4, 16, 3),
      dpt(smallDpt),
      'Tensor "patch_embed.proj.weight" is [32,3,16,16], must be [16,3,16,16]',
    ],
    [
      timmVit(16, 4, 8, 3),
      dpt(smallDpt),
      'Tensor "patch_embed.proj.weight" is [16,3,8,8], must be [16,3,16,16]',
    ],
    [timmVit(16, 3, 16, 3), dpt(smallDpt), 'Tensor "blocks.3.norm1.weight" is missing'],
    [timmVit(16, 5, 16, 3), dpt(smallDpt), 'Tensor "blocks.4.attn.proj.bias" has no place'],
    [without("blocks.1.mlp.fc2.bias"), dpt(smallDpt), 'Tensor "blocks.1.mlp.fc2.bias" is missing'],
    [
      new Map([...vit(), tensor("pos_embed", [1, 8, 16])]),
      dpt(smallDpt),
      'Tensor "pos_embed" is [1,8,16], must be [1,1 + n·n,16] for a grid of n × n patches',
    ],
    [
      new Map([...vit(), tensor("blocks.0.ls1.gamma", [16])]),
      dpt(smallDpt),
      'Tensor "blocks.0.ls1.gamma" has no place',
    ],
    [torchvisionResNet([3, 4, 6, 3]), resnet18, 'Tensor "layer1.2.bn1.bias" has no place'],
    [torchvisionResNet([2, 2, 2, 2]), dpt(smallDpt), "the network's encoder is another"],
    [
      vit(),
      resunet({ filters: 4, levels: 3 }),
      "The network has no encoder that published weights fit",
    ],
  ];
  for (const [tensors, network, message] of refusals) {
    assertThrows(() => take(tensors, network), RangeError, message);
  }
  const whole: Tensor = { dtype: "I32", shape: [16], data: new Int32Array(16) };
  assertThrows(
    () => take(vit().set("patch_embed.proj.bias", whole)),
    TypeError,
    'Tensor "patch_embed.proj.bias" is I32, must be F32, F16 or BF16',
  );
  assertThrows(
    () => take(new Map([tensor("layers.0.w", [1]), tensor("b", [1])])),
    TypeError,
    'The file is of no known naming, its first tensors are "layers.0.w", "b": known are ViT as timm names it',
  );
});

Deno.test("takeEncoder() does without the norm behind the last layer, and says so", () => {
  const tensors = vit();
  tensors.delete("norm.weight");
  tensors.delete("norm.bias");
  const { weights, report } = take(tensors);
  assertEquals(report.missing, ["reassemble.4/norm/scale", "reassemble.4/norm/offset"]);
  assertEquals(weights.has("reassemble.4/norm/scale"), false);
});
