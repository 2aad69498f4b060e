import { nativeGraph } from '../src/backends/native-engine.ts';
import type { CaptureOptions, Step, StepResult } from '../src/capture/record/step.ts';
import { captureGraph } from '../src/capture/run/graph-step.ts';
import type { GraphAddon, NativeGraph } from '../src/native/native-graph.ts';

/** An op that TensorFlow was given. */
export interface WatchedOp {
  readonly op: string;
  /** of its first output */
  readonly shape: readonly number[];
  /** along the rows; 0 where it has none */
  readonly stride: number;
}

/** The ops of a step on the native engine, as recorded and as compiled. The step is not run. */
export function recordedOps<R extends StepResult>(step: Step<R>, options: CaptureOptions): WatchedOp[] {
  const ops: WatchedOp[] = [];
  const addon = nativeGraph() as GraphAddon;
  class Watched extends addon.Graph {
    override addOp(...args: Parameters<NativeGraph['addOp']>): ReturnType<NativeGraph['addOp']> {
      const outputs = super.addOp(...args);
      const [op, , , , attrs] = args;
      const strides = attrs.find(({ name }) => name === 'strides')?.value as readonly number[] | undefined;
      ops.push({ op, shape: outputs[0]?.shape ?? [], stride: strides?.[1] ?? 0 });
      return outputs;
    }
  }
  captureGraph({ hasKernels: addon.hasKernels, Graph: Watched }, step, options).dispose();
  return ops;
}
