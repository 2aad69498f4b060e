import { nativeGraph } from '../backends/native-engine.ts';
import { EngineError } from '../system/engine-error.ts';
import { tf } from '../tf/tf.ts';
import type { Captured, CaptureOptions, Step, StepResult } from './record/step.ts';
import { captureEager } from './run/eager-step.ts';
import { captureGraph } from './run/graph-step.ts';

/**
 * Compiles a step: any function of tensors, with gradients and optimiser if it has them. On the native engine it is
 * recorded once, without computing, and runs as one TensorFlow graph whose variables live in a session; on other
 * engines it runs eagerly, with the same results.
 *
 * The step is called while it is recorded (twice, and not again on the native engine): what JavaScript decides in it is
 * decided for good. What must change from call to call, such as a learning rate, is an input.
 *
 * @throws EngineError when the step reads a value back, uses a tensor that is neither input nor variable, makes a
 * variable, keeps a tensor, draws random numbers in JavaScript, or computes a shape from values.
 */
export function capture<R extends StepResult>(step: Step<R>, options: CaptureOptions): Captured<R> {
  for (const [name, variable] of Object.entries(options.variables ?? {})) {
    if (variable.dtype !== 'float32') {
      throw new EngineError(`variable ${name} is not float32`, variable.dtype, 'pass it as an input');
    }
  }
  const addon = tf.getBackend() === 'tensorflow' ? nativeGraph() : null;
  return addon === null ? captureEager(step, options) : captureGraph(addon, step, options);
}
