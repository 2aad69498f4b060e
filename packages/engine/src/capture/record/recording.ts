import { createHash } from 'node:crypto';
import { AttrKind, DType, type GraphAddon, type Ref } from '../../native/native-graph.ts';
import { EngineError } from '../../system/engine-error.ts';
import { nodeBackend } from '../../tf/node-backend.ts';
import { tf } from '../../tf/tf.ts';
import { type GraphNode, typeAttr } from '../rewrite/graph-node.ts';
import type { Slot } from './slot.ts';
import {
  type CaptureOptions,
  dtypeNumber,
  type InputSpec,
  resultEntries,
  type Step,
  type StepResult,
} from './step.ts';
import { amidSurroundings } from './surroundings.ts';
import { outside, Trace } from './trace.ts';

/** A step as ops: what a session needs to run it. */
export interface Recording {
  readonly nodes: readonly GraphNode[];
  /** Placeholders, in the order of the inputs. */
  readonly inputs: readonly Ref[];
  readonly results: readonly { readonly name: string; readonly ref: Ref }[];
  /** Ops that change variables. */
  readonly updates: readonly string[];
  /** Variables that the step's optimiser keeps in addition to the user's, by name. */
  readonly slots: ReadonlyMap<string, Slot>;
}

/** Records a step twice: what differs was drawn or counted in JavaScript, and would be frozen. */
export function recordStep<R extends StepResult>(
  addon: GraphAddon,
  step: Step<R>,
  options: CaptureOptions,
): Recording {
  const recording = recordOnce(addon, step, options);
  const again = recordOnce(addon, step, options);
  if (digest(recording.nodes) === digest(again.nodes)) return recording;
  const at = recording.nodes.findIndex((node, i) => digest([node]) !== digest(again.nodes.slice(i, i + 1)));
  throw new EngineError(
    'a captured step is not the same each time it is called',
    at < 0
      ? `${again.nodes.length} ops, then ${recording.nodes.length}`
      : `op ${at}, ${recording.nodes[at]?.op}`,
    'random numbers and counters of JavaScript would be frozen: pass them as inputs',
  );
}

function recordOnce<R extends StepResult>(
  addon: GraphAddon,
  step: Step<R>,
  { inputs, variables = {} }: CaptureOptions,
): Recording {
  const trace = new Trace(addon);
  const kept = Object.values(variables).map((variable) => ({ variable, value: tf.clone(variable) }));
  const before = new Set(Object.keys(registered()));
  const named = new Set(Object.values(variables));
  const surroundings = {
    backend: nodeBackend(),
    isNamed: (variable: tf.Variable) => named.has(variable),
    outside: () => outside('an input of an op'),
  };
  try {
    let recording: Recording | undefined;
    trace.record(() =>
      amidSurroundings(surroundings, () =>
        tf.tidy(() => {
          recording = recordInside(trace, step, inputs, variables);
        }),
      ),
    );
    checkMadeInside(before);
    return recording as unknown as Recording;
  } finally {
    for (const { variable, value } of kept) {
      variable.assign(value);
      value.dispose();
    }
    for (const name of madeInside(before)) registered()[name]?.dispose();
    trace.close();
  }
}

function recordInside<R extends StepResult>(
  trace: Trace,
  step: Step<R>,
  inputs: readonly InputSpec[],
  variables: Readonly<Record<string, tf.Variable>>,
): Recording {
  const placeholders = inputs.map((spec, i) => addInput(trace, spec, i));
  for (const [name, variable] of Object.entries(variables)) trace.bind(name, variable);
  const result = step(...placeholders.map(({ tensor }) => tensor));
  if (result instanceof Promise) {
    // It may fail later, when nobody listens.
    result.catch(() => {});
    throw new EngineError(
      'a captured step is asynchronous',
      'a promise',
      'return tensors from the step itself',
    );
  }
  const entries = resultEntries(result);
  const results = entries.map(([name, tensor]) => ({ name, ref: resultRef(trace, tensor) }));
  trace.assignChanged();
  // A result may be kept, so as to outlive the tape of a gradient.
  for (const [, tensor] of entries) if (!(tensor instanceof tf.Variable)) tensor.dispose();
  return {
    nodes: trace.nodes,
    inputs: placeholders.map(({ name }) => name),
    results,
    updates: trace.updates,
    slots: trace.slots,
  };
}

/** A copy where an output is an input as it came: a session gives back nothing that it was fed. */
function resultRef(trace: Trace, tensor: tf.Tensor): Ref {
  const ref = trace.refOf(tensor);
  const node = trace.nodes.find(({ name }) => name === ref);
  if (node?.op !== 'Placeholder') return ref;
  return trace.add('Identity', [ref], [typeAttr('T', node.outputs[0]?.dtype as number)]).name;
}

function addInput(trace: Trace, spec: InputSpec, index: number): { name: string; tensor: tf.Tensor } {
  const dtype = dtypeNumber(spec);
  const shape = { name: 'shape', type: AttrKind.shape, value: spec.shape };
  const placeholder = trace.add('Placeholder', [], [typeAttr('dtype', dtype), shape], {
    name: `input${index}`,
  });
  if (dtype !== DType.uint8) return { name: placeholder.name, tensor: trace.tensor(placeholder) };
  const cast = trace.add(
    'Cast',
    [placeholder.name],
    [typeAttr('SrcT', dtype), typeAttr('DstT', DType.float32)],
  );
  return { name: placeholder.name, tensor: trace.tensor(cast) };
}

function checkMadeInside(before: ReadonlySet<string>): void {
  const [variable] = madeInside(before);
  if (variable !== undefined) {
    throw new EngineError(
      'a captured step makes a variable',
      variable,
      'make it before (an optimiser of TensorFlow.js makes its own in its first step), and name it in `variables`',
    );
  }
}

function madeInside(before: ReadonlySet<string>): string[] {
  return Object.keys(registered()).filter((name) => !before.has(name));
}

function registered(): Record<string, tf.Variable> {
  return tf.engine().registeredVariables;
}

function digest(nodes: readonly GraphNode[]): string {
  const hash = createHash('sha256');
  for (const { op, inputs, attrs } of nodes) {
    hash.update(JSON.stringify([op, inputs]));
    for (const { name, value } of attrs) {
      hash.update(name);
      const data = (value as { data?: unknown } | null)?.data;
      hash.update(data instanceof Uint8Array ? data : JSON.stringify(value));
    }
  }
  return hash.digest('hex');
}
