import { EngineError } from '../../system/engine-error.ts';
import type { NodeBackend } from '../../tf/node-backend.ts';
import { tf } from '../../tf/tf.ts';
import { type Replacement, replacement, withReplaced } from '../rewrite/replaced.ts';
import { freshScalars } from './optimiser-scalars.ts';
import { unnamed } from './slot.ts';

export interface SurroundingsOptions {
  readonly backend: NodeBackend;
  /** Whether the step may change a variable. */
  readonly isNamed: (variable: tf.Variable) => boolean;
  /** What a tensor from outside is met with. */
  readonly outside: () => Error;
}

/**
 * Runs a step that is recorded, such that what is around it stays as it was: values that were not yet given to
 * TensorFlow are not lost to the recording, variables that it may not change are not changed, and nothing is kept.
 * @throws EngineError when the step changes such a variable or keeps tensors
 */
export function amidSurroundings(options: SurroundingsOptions, step: () => void): void {
  const kept = new Set<tf.Tensor>();
  try {
    withReplaced([...uploads(options), assignment(options), keeping(kept), ...freshScalars()], step);
    const left = [...kept].filter((tensor) => !tensor.isDisposed).length;
    if (left > 0) {
      throw new EngineError('a captured step keeps tensors', `${left}`, 'return them instead of tf.keep');
    }
  } finally {
    tf.dispose([...kept]);
  }
}

/** tfjs-node gives a tensor's values to TensorFlow at its first op, and forgets them: here that must be of the step. */
function uploads({ backend, outside }: SurroundingsOptions): Replacement[] {
  const own = new WeakSet<object>();
  const { write, getInputTensorIds, tensorMap } = backend;
  return [
    replacement(backend, 'write', (...data) => {
      const dataId = write.apply(backend, data);
      own.add(dataId);
      return dataId;
    }),
    replacement(backend, 'getInputTensorIds', (tensors) => {
      for (const { dataId } of tensors) {
        // An Int64Scalar has no data of its own.
        const isLocal = dataId !== undefined && tensorMap.get(dataId).values !== null;
        if (isLocal && !own.has(dataId)) throw outside();
      }
      return getInputTensorIds.call(backend, tensors);
    }),
  ];
}

function assignment({ isNamed }: SurroundingsOptions): Replacement {
  const before = new Set(Object.values(tf.engine().registeredVariables));
  const { assign } = tf.Variable.prototype;
  return replacement(tf.Variable.prototype, 'assign', function (this: tf.Variable, value) {
    if (before.has(this) && !isNamed(this)) throw unnamed(this);
    assign.call(this, value);
  });
}

/** Gradients keep tensors too, and dispose of them. */
function keeping(kept: Set<tf.Tensor>): Replacement {
  const engine = tf.engine();
  const { keep } = engine;
  return replacement(engine, 'keep', <T extends tf.Tensor>(tensor: T): T => {
    kept.add(tensor);
    return keep.call(engine, tensor) as T;
  });
}
