// A function of tensors as one TensorFlow graph. Operation by operation, a step waits for JavaScript between any two, holds
// every result until a tidy ends, and runs none beside another: a DPT tiny's step of 8 windows of 128×128 takes 1.6 times as
// long, one of whole images of 256×256 1.3 times (medians, two cores with AVX-512).

import * as tf from "@tensorflow/tfjs";
import { join } from "@std/path";
import {
  isNative,
  type NativeBackend,
  nativeBackend,
  type NativeBinding,
} from "../backend/native.ts";
import { graphTag, savedModel } from "./graph_def.ts";
import { createRecorder } from "./recorder.ts";

/** Tensors by name; those that are not always there may be undefined. */
export type TensorInputs = Readonly<Record<string, tf.Tensor | undefined>>;

/**
 * What it gives follows from its inputs, the variables and the setting alone: no number is read, nothing is drawn. It may
 * assign to the variables. Each result is one that it computes.
 *
 * @param setting What else it depends on, as JSON has it.
 */
export type TensorFunction<Inputs extends TensorInputs, Setting> = (
  inputs: Inputs,
  setting: Setting,
) => tf.Tensor[];

export interface Compiled<Inputs extends TensorInputs, Setting> extends Disposable {
  /**
   * The function's results, which cannot be differentiated. Call it inside `tf.tidy`.
   *
   * @throws RecordingError when the function does what a graph cannot, Error when the graph cannot be written.
   */
  readonly run: TensorFunction<Inputs, Setting>;
}

/**
 * On the tensorflow backend on a CPU the function is recorded at its first run for each setting and each set of shapes, and is
 * run as a graph from then on, that first time included: the same numbers whenever it began. Elsewhere it runs as it is.
 *
 * @param variables All that it reads or assigns to.
 */
export function compile<Inputs extends TensorInputs, Setting>(
  body: TensorFunction<Inputs, Setting>,
  variables: readonly tf.Variable[],
): Compiled<Inputs, Setting> {
  // On a GPU the weights would cross over to it and back with every run.
  if (!isNative() || nativeBackend().isUsingGpuDevice) {
    return { run: body, [Symbol.dispose]() {} };
  }
  const backend = nativeBackend();
  const graphs = new Map<string, CompiledGraph>();
  return {
    run(inputs, setting) {
      const given = Object.entries(inputs).filter(([, tensor]) => tensor !== undefined) as [
        string,
        tf.Tensor,
      ][];
      const tensors = [...given.map(([, tensor]) => tensor), ...variables];
      const kinds = given.map(([name, { shape, dtype }]) => [name, shape, dtype]);
      const key = JSON.stringify([setting, kinds]);
      let graph = graphs.get(key);
      if (graph === undefined) {
        graph = record(backend, () => body(inputs, setting), tensors, variables);
        graphs.set(key, graph);
      }
      return runGraph(backend, graph, tensors);
    },
    [Symbol.dispose]() {
      for (const { session } of graphs.values()) backend.binding.deleteSavedModel(session);
      graphs.clear();
    },
  };
}

interface CompiledGraph {
  readonly session: number;
  readonly inputNames: string;
  readonly outputNames: string;
  /** What the last outputs are assigned to. */
  readonly assigned: readonly tf.Variable[];
}

function record(
  backend: NativeBackend,
  body: () => tf.Tensor[],
  inputs: readonly tf.Tensor[],
  variables: readonly tf.Variable[],
): CompiledGraph {
  const { binding } = backend;
  const dtypes = { float32: binding.TF_FLOAT, int32: binding.TF_INT32, bool: binding.TF_BOOL };
  const given = backend.getInputTensorIds(inputs).map((id, at) => {
    const { shape, dtype } = inputs[at]!;
    return { id, shape, dtype: dtypes[dtype as keyof typeof dtypes] };
  });
  const made = new WeakSet<ArrayBufferView>();
  const recorder = createRecorder(binding, given, (content) => made.has(content));
  return tf.tidy(() => {
    const before = variables.map((variable) => tf.clone(variable));
    const isAssigned = (at: number) => variables[at]!.dataId !== before[at]!.dataId;
    const { move } = backend;
    backend.binding = recorder.binding;
    backend.move = (dataId, values, ...rest) => {
      made.add(values);
      move.call(backend, dataId, values, ...rest);
    };
    try {
      const results = body();
      const assigned = variables.filter((_, at) => isAssigned(at));
      const outputs = backend.getInputTensorIds([...results, ...assigned])
        .map((id) => recorder.valueOf(id));
      return {
        session: loadGraph(binding, savedModel(recorder.nodes)),
        inputNames: recorder.inputs.join(),
        outputNames: outputs.join(),
        assigned,
      };
    } finally {
      Object.assign(backend, { binding, move });
      // The graph will assign, once.
      variables.forEach((variable, at) => isAssigned(at) && variable.assign(before[at]!));
    }
  });
}

function runGraph(
  backend: NativeBackend,
  { session, inputNames, outputNames, assigned }: CompiledGraph,
  inputs: readonly tf.Tensor[],
): tf.Tensor[] {
  const ids = backend.getInputTensorIds(inputs);
  const outputs = backend.binding.runSavedModel(session, ids, inputNames, outputNames)
    .map((made) => backend.createOutputTensor(made));
  const results = outputs.slice(0, outputs.length - assigned.length);
  assigned.forEach((variable, at) => variable.assign(outputs[results.length + at]!));
  return results;
}

/** TensorFlow takes a graph from a folder alone. */
function loadGraph(binding: NativeBinding, bytes: Uint8Array): number {
  let dir: string;
  try {
    dir = Deno.makeTempDirSync({ prefix: "lineside-" });
  } catch (cause) {
    throw new Error(
      "Cannot write the graph of a training step: set TMPDIR to a folder that can be written",
      { cause },
    );
  }
  try {
    Deno.writeFileSync(join(dir, "saved_model.pb"), bytes);
    return binding.loadSavedModel(dir, graphTag);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}
