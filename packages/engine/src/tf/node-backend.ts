import type { TFEOpAttr, TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js';
import { tf } from './tf.ts';

/** The parts of tfjs-node's backend that are used here, some of which its own types keep private. */
export interface NodeBackend {
  binding: TFJSBinding;
  /** Values are null once TensorFlow has them. */
  readonly tensorMap: { get(dataId: object): { readonly values: unknown } };
  write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object;
  /** Native ids of tensors, uploaded first where their values are still in JavaScript. */
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  createOutputTensor(metadata: { id: number; shape: number[]; dtype: number }): tf.Tensor;
  executeSingleOutput(op: string, attrs: readonly TFEOpAttr[], inputs: readonly tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attrs: readonly TFEOpAttr[],
    inputs: readonly tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
  summaryWriter(folder: string): tf.Tensor;
  createSummaryFileWriter(writer: tf.Tensor, folder: string, queued: number, flushMillis: number): void;
  writeScalarSummary(writer: tf.Tensor, step: number, name: string, value: number): void;
  flushSummaryWriter(writer: tf.Tensor): void;
}

/** The backend of the native engine, which must be the one in use. */
export function nodeBackend(): NodeBackend {
  return tf.backend() as unknown as NodeBackend;
}
