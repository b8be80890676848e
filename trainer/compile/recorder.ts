// Listens to what TensorFlow is asked to do and writes it down as the nodes of a graph.

import type { Attribute, NativeBinding } from "../backend/native.ts";
import type { Encoded } from "../protobuf.ts";
import { attribute, type GraphNode } from "./graph_def.ts";

/** A tensor that the graph is given, by the id that it has while it is recorded. */
export interface GraphInput {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

export interface Recorder {
  /** Stands in for the binding that it was made of: does the same, and writes it down. */
  readonly binding: NativeBinding;
  /** What was written down, inputs first. */
  readonly nodes: readonly GraphNode[];
  /** Names of the inputs, in their order. */
  readonly inputs: readonly string[];
  /** The name of a tensor that was given or made. @throws RecordingError for another. */
  valueOf(id: number): string;
}

/** What was asked for cannot be a graph that gives the same again. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
}

/**
 * @param isMade Whether numbers that are uploaded were made since recording began, and are no state from before.
 * @throws RecordingError when a tensor is given twice, and later from what is called on its binding.
 */
export function createRecorder(
  binding: NativeBinding,
  given: readonly GraphInput[],
  isMade: (content: ArrayBufferView) => boolean,
): Recorder {
  const nodes: GraphNode[] = [];
  const values = new Map<number, string>();

  function valueOf(id: number, of = "a result"): string {
    const value = values.get(id);
    if (value !== undefined) return value;
    throw new RecordingError(`Cannot record ${of}: it is neither given nor made since`);
  }

  /** @param made Ids of its outputs. */
  function add(node: Omit<GraphNode, "name">, made: readonly number[]): void {
    const name = `n${nodes.length}`;
    nodes.push({ name, ...node });
    made.forEach((id, output) => values.set(id, `${name}:${output}`));
  }

  for (const { id, shape, dtype } of given) {
    if (values.has(id)) {
      throw new RecordingError(`A tensor [${shape}] is given twice: give a copy, which may differ`);
    }
    const attributes = { dtype: attribute.type(dtype), shape: attribute.shape(shape) };
    add({ op: "Placeholder", inputs: [], attributes }, [id]);
  }
  const listening: Partial<NativeBinding> = {
    createTensor(shape, dtype, content) {
      if (!isMade(content)) {
        throw new RecordingError(`Cannot record a tensor [${shape}] that was there before`);
      }
      const attributes = {
        dtype: attribute.type(dtype),
        value: attribute.tensor(dtype, shape, content),
      };
      const id = binding.createTensor(shape, dtype, content);
      add({ op: "Const", inputs: [], attributes }, [id]);
      return id;
    },
    executeOp(op, attributes, inputs, outputs) {
      const node = {
        op,
        inputs: inputs.map((id, at) => valueOf(id, `input ${at} of ${op}`)),
        attributes: Object.fromEntries(
          attributes.map((attribute) => [attribute.name, encode(binding, attribute)]),
        ),
      };
      const made = binding.executeOp(op, attributes, inputs, outputs);
      add(node, made.map(({ id }) => id));
      return made;
    },
    // What is read may decide what is asked next, and be something else the next time.
    tensorDataSync() {
      throw new RecordingError("Numbers of a tensor are read, which a graph cannot do");
    },
  };
  const properties = Object.entries(listening)
    .map(([name, value]) => [name, { value }] as const);
  return {
    binding: Object.create(binding, Object.fromEntries(properties)),
    nodes,
    inputs: given.map((_, at) => `n${at}:0`),
    valueOf,
  };
}

function encode(binding: NativeBinding, { name, type, value }: Attribute): Encoded {
  switch (type) {
    case binding.TF_ATTR_TYPE:
      return attribute.type(value as number);
    case binding.TF_ATTR_INT:
      return Array.isArray(value) ? attribute.ints(value) : attribute.int(value as number);
    case binding.TF_ATTR_FLOAT:
      return attribute.float(value as number);
    case binding.TF_ATTR_BOOL:
      return attribute.bool(value as boolean);
    case binding.TF_ATTR_STRING:
      return attribute.string(value as string);
    default:
      throw new RecordingError(`Attribute "${name}" is of a kind that is not known: ${type}`);
  }
}
