import { EngineError } from '../../system/engine-error.ts';
import type { tf } from '../../tf/tf.ts';

/** A variable of an optimiser: float32, filled with one value at first. */
export interface Slot {
  readonly shape: readonly number[];
  readonly value: number;
}

export function unnamed(variable: tf.Variable): EngineError {
  return new EngineError(
    'a captured step changes a variable that it was not given',
    variable.name,
    'name it in `variables`',
  );
}

export function unknownVariable(name: string): EngineError {
  return new EngineError('no such variable', name, 'write those that read() gives');
}

/** @throws EngineError when a value of this shape and size does not fit a variable */
export function checkFits(
  name: string,
  { shape, length }: { readonly shape: readonly number[]; readonly length: number },
  wanted: readonly number[],
): void {
  if (`${shape}` !== `${wanted}`) throw wrongShape(name, shape, wanted);
  const size = wanted.reduce((product, n) => product * n, 1);
  if (length === size) return;
  throw new EngineError(`variable ${name} has another number of values`, `${length}`, `write ${size}`);
}

function wrongShape(name: string, shape: readonly number[], wanted: readonly number[]): EngineError {
  return new EngineError(`variable ${name} has another shape`, `[${shape}]`, `write [${wanted}]`);
}
