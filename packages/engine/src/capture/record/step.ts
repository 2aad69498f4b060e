import type { NamedTensor } from '../../formats/safetensors.ts';
import { DType } from '../../native/native-graph.ts';
import { EngineError } from '../../system/engine-error.ts';
import type { tf } from '../../tf/tf.ts';
import type { Precision } from '../rewrite/precision.ts';

export type InputDType = 'float32' | 'int32' | 'uint8';

/** An input of a step: a captured step is compiled for its shape. */
export interface InputSpec {
  readonly shape: readonly number[];
  /** `uint8` goes in as bytes and reaches the step as float32, 0 … 255. Default: float32. */
  readonly dtype?: InputDType;
}

/** One output or several, by name. */
export type StepResult = tf.Tensor | Readonly<Record<string, tf.Tensor>>;
export type Step<R extends StepResult> = (...inputs: tf.Tensor[]) => R;

/** What an input takes: numbers in the order of its shape, or a tensor. */
export type InputValue = Float32Array | Int32Array | Uint8Array | tf.Tensor;

/** What an output gives. */
export interface Value {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

export type Values<R extends StepResult> = R extends tf.Tensor ? Value : { readonly [K in keyof R]: Value };

export interface CaptureOptions {
  readonly inputs: readonly InputSpec[];
  /** All that the step uses, by name: float32. What it trains, and what it only reads. */
  readonly variables?: Readonly<Record<string, tf.Variable>>;
  /** Precision of the heavy operations; weights, statistics, losses and the optimiser are float32. Default: float32. */
  readonly precision?: Precision;
  /** Another captured step whose session, and so the values of whose variables, this one uses too. */
  readonly sharing?: Captured<StepResult>;
}

/** A compiled step. */
export interface Captured<R extends StepResult> {
  /** Whether it runs as one graph; otherwise eagerly. */
  readonly compiled: boolean;
  readonly precision: 'float32' | 'bfloat16';
  /** Runs it once; calls that are not awaited run one after the other. What it is given must not change until it has run. */
  run(...batch: InputValue[]): Promise<Values<R>>;
  /** Values of all variables and of the optimiser's own, by name. */
  read(): Promise<ReadonlyMap<string, NamedTensor>>;
  /** Sets variables by name; those not named stay. @throws EngineError for an unknown name or another shape */
  write(state: ReadonlyMap<string, NamedTensor>): Promise<void>;
  /** As run, with the time of each op; TensorFlow's serialised RunMetadata, or null when it does not run as a graph. */
  profile(...batch: InputValue[]): Promise<Uint8Array | null>;
  dispose(): void;
}

const NUMBERS = { float32: DType.float32, int32: DType.int32, uint8: DType.uint8 } as const;

export function dtypeNumber({ dtype = 'float32' }: InputSpec): number {
  return NUMBERS[dtype];
}

/** The numbers of an input's value, of its own type and size. @throws EngineError when they are not */
export function inputData(
  value: InputValue,
  { shape, dtype = 'float32' }: InputSpec,
  index: number,
): Float32Array | Int32Array | Uint8Array {
  if (!ArrayBuffer.isView(value) && `${value.shape}` !== `${shape}`) {
    throw new EngineError(
      `input ${index} of a captured step is not of shape [${shape}]`,
      `[${value.shape}]`,
      `it was captured for [${shape}]`,
    );
  }
  const data = ArrayBuffer.isView(value) ? value : value.dataSync<'float32' | 'int32'>();
  const wanted = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array }[dtype];
  const size = shape.reduce((product, n) => product * n, 1);
  if (!(data instanceof wanted) || data.length !== size) {
    throw new EngineError(
      `input ${index} of a captured step is not ${wanted.name} of ${size}`,
      `${data.constructor.name} of ${data.length}`,
      `it was captured for [${shape}]`,
    );
  }
  return data;
}

/** @throws EngineError when a step is called with another number of inputs than it was captured with */
export function checkCount(batch: readonly InputValue[], inputs: readonly InputSpec[]): void {
  if (batch.length === inputs.length) return;
  throw new EngineError(
    'a captured step got another number of inputs',
    `${batch.length}`,
    `it was captured with ${inputs.length}`,
  );
}

/** The tensors of a result with their names; a single one has none. */
export function resultEntries(result: StepResult): [string, tf.Tensor][] {
  if (isTensor(result)) return [['', result]];
  return Object.entries(result);
}

/** The shape of a result, filled with values in the order of resultEntries. */
export function asResult<R extends StepResult>(
  names: readonly string[],
  values: readonly Value[],
): Values<R> {
  if (names.length === 1 && names[0] === '') return values[0] as Values<R>;
  return Object.fromEntries(names.map((name, i) => [name, values[i]])) as unknown as Values<R>;
}

function isTensor(result: StepResult): result is tf.Tensor {
  return 'dataId' in result;
}
