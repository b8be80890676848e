// TensorFlow's graphs as bytes: field numbers of node_def.proto, attr_value.proto, tensor.proto and graph.proto in
// tensorflow/core/framework, and of saved_model.proto and meta_graph.proto in tensorflow/core/protobuf.

import { bytesField, type Encoded, floatField, integerField, message } from "../protobuf.ts";

const NodeDef = { name: 1, op: 2, input: 3, attr: 5 } as const;
const MapEntry = { key: 1, value: 2 } as const;
const AttrValue = { list: 1, s: 2, i: 3, f: 4, b: 5, type: 6, shape: 7, tensor: 8 } as const;
const TensorProto = { dtype: 1, shape: 2, content: 4, floats: 5 } as const;
const TensorShapeProto = { dim: 2, size: 1 } as const;
const GraphDef = { node: 1, versions: 4, producer: 1 } as const;
const MetaGraphDef = { metaInfo: 1, graph: 2, tags: 4 } as const;
const SavedModel = { schemaVersion: 1, metaGraphs: 2 } as const;

/** Newer than any change that an operation used here has seen: TensorFlow 2.15's. */
const producer = 1645;

/** By which a saved model's only graph is found. */
export const graphTag = "serve";

/** One node; a value is named `node:output`. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  /** Each of the functions below. */
  readonly attributes: Readonly<Record<string, Encoded>>;
}

export const attribute = {
  type: (value: number): Encoded => integerField(AttrValue.type, value),
  int: (value: number): Encoded => integerField(AttrValue.i, value),
  float: (value: number): Encoded => floatField(AttrValue.f, value),
  bool: (value: boolean): Encoded => integerField(AttrValue.b, Number(value)),
  string: (value: string): Encoded => bytesField(AttrValue.s, value),
  ints: (values: readonly number[]): Encoded =>
    bytesField(AttrValue.list, message(...values.map((value) => integerField(AttrValue.i, value)))),
  shape: (shape: readonly number[]): Encoded => bytesField(AttrValue.shape, encodeShape(shape)),
  /**
   * Floats that are all alike become one number: TensorFlow.js makes whole maps of ones for the slopes of sums, and a graph holds
   * what it is given several times over.
   */
  tensor(dtype: number, shape: readonly number[], content: ArrayBufferView): Encoded {
    const isUniform = content instanceof Float32Array && content.length > 1 &&
      content.every((value) => value === content[0]);
    const numbers = isUniform ? floatField(TensorProto.floats, content[0]!) : bytesField(
      TensorProto.content,
      new Uint8Array(content.buffer, content.byteOffset, content.byteLength),
    );
    return bytesField(
      AttrValue.tensor,
      message(
        integerField(TensorProto.dtype, dtype),
        bytesField(TensorProto.shape, encodeShape(shape)),
        numbers,
      ),
    );
  },
} as const;

/** The file `saved_model.pb` of a graph without variables. */
export function savedModel(nodes: readonly GraphNode[]): Encoded {
  const graph = message(
    ...nodes.map((node) => bytesField(GraphDef.node, encodeNode(node))),
    bytesField(GraphDef.versions, integerField(GraphDef.producer, producer)),
  );
  const tagged = message(
    bytesField(MetaGraphDef.metaInfo, bytesField(MetaGraphDef.tags, graphTag)),
    bytesField(MetaGraphDef.graph, graph),
  );
  return message(
    integerField(SavedModel.schemaVersion, 1),
    bytesField(SavedModel.metaGraphs, tagged),
  );
}

function encodeNode({ name, op, inputs, attributes }: GraphNode): Encoded {
  return message(
    bytesField(NodeDef.name, name),
    bytesField(NodeDef.op, op),
    ...inputs.map((input) => bytesField(NodeDef.input, input)),
    ...Object.entries(attributes).map(([key, value]) =>
      bytesField(
        NodeDef.attr,
        message(bytesField(MapEntry.key, key), bytesField(MapEntry.value, value)),
      )
    ),
  );
}

function encodeShape(shape: readonly number[]): Encoded {
  return message(
    ...shape.map((size) =>
      bytesField(TensorShapeProto.dim, integerField(TensorShapeProto.size, size))
    ),
  );
}
