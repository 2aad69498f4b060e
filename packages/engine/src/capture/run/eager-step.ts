import type { NamedTensor } from '../../formats/safetensors.ts';
import { tf } from '../../tf/tf.ts';
import { asOutOfMemory } from '../../tf/wasm-memory.ts';
import { EagerState } from '../record/eager-state.ts';
import { checkFits } from '../record/slot.ts';
import {
  asResult,
  type Captured,
  type CaptureOptions,
  checkCount,
  type InputSpec,
  type InputValue,
  inputData,
  resultEntries,
  type Step,
  type StepResult,
  type Value,
  type Values,
} from '../record/step.ts';

/** The same interface on an engine without graphs: the step runs op by op, in float32. */
export function captureEager<R extends StepResult>(step: Step<R>, options: CaptureOptions): Captured<R> {
  const state = options.sharing instanceof EagerStep ? options.sharing.state : new EagerState();
  for (const [name, variable] of Object.entries(options.variables ?? {})) {
    if (!state.variables.has(name)) state.variables.set(name, variable);
  }
  return new EagerStep(state, step, options.inputs);
}

class EagerStep<R extends StepResult> implements Captured<R> {
  readonly compiled = false;
  readonly precision = 'float32';
  readonly state: EagerState;
  readonly #step: Step<R>;
  readonly #inputs: readonly InputSpec[];
  #disposed = false;

  constructor(state: EagerState, step: Step<R>, inputs: readonly InputSpec[]) {
    this.state = state;
    this.#step = step;
    this.#inputs = inputs;
    state.users += 1;
  }

  async run(...batch: InputValue[]): Promise<Values<R>> {
    if (this.#disposed) throw new Error('a captured step was used after it was disposed of');
    checkCount(batch, this.#inputs);
    const outputs = this.#compute(batch);
    const values = await Promise.all(Object.values(outputs).map(outputValue));
    return asResult<R>(Object.keys(outputs), values);
  }

  #compute(batch: readonly InputValue[]): Record<string, tf.Tensor> {
    try {
      return this.state.within(() =>
        tf.tidy(() => {
          const tensors = this.#inputs.map((spec, i) => inputTensor(batch[i] as InputValue, spec, i));
          // Copies: an output may be a variable, or stand under two names.
          const entries = resultEntries(this.#step(...tensors));
          const copies = entries.map(([name, tensor]) => [name, tf.clone(tensor)] as const);
          for (const [, tensor] of entries) if (!(tensor instanceof tf.Variable)) tensor.dispose();
          return Object.fromEntries(copies) as Record<string, tf.Tensor>;
        }),
      );
    } catch (error) {
      throw asOutOfMemory(error);
    }
  }

  async profile(): Promise<null> {
    return null;
  }

  async read(): Promise<ReadonlyMap<string, NamedTensor>> {
    const values = [...this.state.all()].map(
      async ([name, variable]) =>
        [name, { shape: variable.shape, data: (await variable.data<'float32'>()).slice() }] as const,
    );
    return new Map(await Promise.all(values));
  }

  async write(state: ReadonlyMap<string, NamedTensor>): Promise<void> {
    for (const [name, { shape, data }] of state) {
      checkFits(name, { shape, length: data.length }, this.state.shapeOf(name));
    }
    for (const [name, { shape, data }] of state) {
      tf.tidy(() => this.state.set(name, tf.tensor(data.slice(), [...shape])));
    }
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.state.release();
  }
}

function inputTensor(value: InputValue, spec: InputSpec, index: number): tf.Tensor {
  const data = inputData(value, spec, index);
  const shape = [...spec.shape];
  if (data instanceof Int32Array) return tf.tensor(data.slice(), shape, 'int32');
  return tf.tensor(Float32Array.from(data), shape, 'float32');
}

async function outputValue(tensor: tf.Tensor): Promise<Value> {
  const data = await tensor.data<'float32' | 'int32'>();
  tensor.dispose();
  return { shape: tensor.shape, data };
}
