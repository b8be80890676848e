// The part of tfjs-node's backend that lies beneath TensorFlow.js's operations: what TensorFlow itself is asked to do.

import * as tf from "@tensorflow/tfjs";

/** An attribute of a TensorFlow operation; `type` is one of the binding's `TF_ATTR_…`. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** A tensor that TensorFlow holds. */
export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  /** One of the binding's `TF_FLOAT` and its like, which are the numbers of TensorFlow's `DataType`. */
  readonly dtype: number;
}

type AttributeKind = "TYPE" | "INT" | "FLOAT" | "BOOL" | "STRING";

/** The add-on. Tensors are known by their ids. */
export interface NativeBinding
  extends
    Readonly<Record<`TF_ATTR_${AttributeKind}`, number>>,
    Readonly<Record<"TF_FLOAT" | "TF_INT32" | "TF_BOOL", number>> {
  createTensor(shape: readonly number[], dtype: number, values: ArrayBufferView): number;
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[];
  /** The numbers of a tensor. */
  tensorDataSync(id: number): ArrayBufferView;
  /** @returns The id of a session of the graph in that folder. */
  loadSavedModel(dir: string, tags: string): number;
  /** Names are `node:output`, joined by commas. */
  runSavedModel(
    session: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): TensorMetadata[];
  deleteSavedModel(session: number): void;
  getNumOfSavedModels(): number;
}

export interface NativeBackend {
  binding: NativeBinding;
  readonly isUsingGpuDevice: boolean;
  /** Takes numbers that JavaScript made, which are uploaded when an operation asks for them. */
  move(
    dataId: object,
    values: ArrayBufferView,
    shape: readonly number[],
    dtype: tf.DataType,
    references: number,
  ): void;
  /** The ids of tensors, whose values it uploads where that has not been done yet. */
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
  /** What TensorFlow made, as a tensor that `tf.tidy` knows. */
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: Attribute[],
    inputs: tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
}

/** Whether TensorFlow computes. */
export function isNative(): boolean {
  return tf.getBackend() === "tensorflow";
}

/** The backend that computes, where `isNative()`. */
export function nativeBackend(): NativeBackend {
  return tf.backend() as unknown as NativeBackend;
}
