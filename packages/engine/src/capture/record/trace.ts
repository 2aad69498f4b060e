import type { TFEOpAttr, TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js';
import {
  type Attr,
  AttrKind,
  DType,
  type GraphAddon,
  type NativeGraph,
  type RawTensor,
  type Ref,
} from '../../native/native-graph.ts';
import { EngineError } from '../../system/engine-error.ts';
import { nodeBackend } from '../../tf/node-backend.ts';
import type { tf } from '../../tf/tf.ts';
import { constantAttrs, FLOAT_DTYPE, type GraphNode, handleOf, refOf } from '../rewrite/graph-node.ts';
import { type Slot, unnamed } from './slot.ts';

/**
 * Records what tfjs-node's kernels ask of TensorFlow, without running it. Every kernel ends in the binding's executeOp
 * with TensorFlow's own op names and attributes; here each becomes a node, and a scratch graph says what would come out.
 */
export class Trace {
  readonly nodes: GraphNode[] = [];
  /** Names of the ops that change variables. */
  readonly updates: string[] = [];
  /** Variables that an optimiser keeps, by name. */
  readonly slots = new Map<string, Slot>();
  readonly #scratch: NativeGraph;
  readonly #refs = new Map<number, Ref>();
  readonly #variables = new Map<tf.Variable, { readonly name: string; readonly read: Ref }>();
  #nextId = -2;

  constructor({ Graph }: GraphAddon) {
    this.#scratch = new Graph();
  }

  /** Adds an op. @param name default: the next free one */
  add(
    op: string,
    inputs: readonly (Ref | readonly Ref[])[],
    attrs: readonly Attr[],
    { name = `n${this.nodes.length}`, controls = [] }: { name?: string; controls?: readonly string[] } = {},
  ): GraphNode {
    const inferred = this.#scratch.addOp(op, name, inputs, controls, attrs);
    const outputs = inferred.map(({ dtype, shape }, i) => {
      if (shape === null && !isOpaque(op, i)) throw dynamicShape(op, i);
      return { dtype, shape: shape ?? [] };
    });
    const node = { op, name, inputs, controls, attrs, outputs };
    this.nodes.push(node);
    return node;
  }

  constant(value: RawTensor): Ref {
    return this.add('Const', [], constantAttrs(value)).name;
  }

  /** The ref of a tensor that was made while recording. @throws EngineError for any other */
  refOf(tensor: tf.TensorInfo): Ref {
    const [id] = nodeBackend().getInputTensorIds([tensor]) as [number];
    return this.#known(id, 'an output');
  }

  /** A tensor for the step to compute with; it has no values. */
  tensor(node: GraphNode, output = 0): tf.Tensor {
    return nodeBackend().createOutputTensor(this.#metadata(node, output));
  }

  /** Lets a variable stand for the one of this name in the session; the step sees its value before the step. */
  bind(name: string, variable: tf.Variable): void {
    this.#declare(name, variable.shape);
    const read = this.#read(name);
    this.#variables.set(variable, { name, read: read.name });
    variable.assign(this.tensor(read));
  }

  /** Name and value of a variable that was bound. @throws EngineError for any other */
  variable(variable: tf.Variable): { readonly name: string; readonly read: Ref } {
    const known = this.#variables.get(variable);
    if (known === undefined) throw unnamed(variable);
    return known;
  }

  /** Lets the rest of the step see a variable as an op has left it. */
  readAfter(variable: tf.Variable, update: string): void {
    const { name } = this.variable(variable);
    const read = this.add('ReadVariableOp', [handleOf(name)], [FLOAT_DTYPE], { controls: [update] });
    this.#variables.set(variable, { name, read: read.name });
    variable.assign(this.tensor(read));
  }

  /** Adds the assignments of all bound variables that the step gave a new value. */
  assignChanged(): void {
    for (const [variable, { name, read }] of this.#variables) {
      const value = this.refOf(variable);
      if (value !== read) this.update('AssignVariableOp', [handleOf(name), value], [FLOAT_DTYPE], [read]);
    }
  }

  /** The value of an optimiser's variable before the step. */
  readSlot(name: string): Ref {
    return this.#read(name).name;
  }

  /** A variable of the optimiser's own. @returns the ref of its handle */
  slot(name: string, slot: Slot): Ref {
    this.#declare(name, slot.shape);
    this.slots.set(name, slot);
    return handleOf(name);
  }

  /** Adds an op that changes a variable. */
  update(op: string, inputs: readonly Ref[], attrs: readonly Attr[], controls: readonly string[]): string {
    const { name } = this.add(op, inputs, attrs, { controls });
    this.updates.push(name);
    return name;
  }

  /** Runs work with TensorFlow replaced by this recorder. */
  record<T>(work: () => T): T {
    const backend = nodeBackend();
    const { binding } = backend;
    const before = active;
    backend.binding = this.#recorder(binding);
    active = this;
    try {
      return work();
    } finally {
      backend.binding = binding;
      active = before;
    }
  }

  close(): void {
    this.#scratch.close();
  }

  #read(name: string): GraphNode {
    return this.add('ReadVariableOp', [handleOf(name)], [FLOAT_DTYPE], { name: `read/${name}` });
  }

  #declare(name: string, shape: readonly number[]): void {
    const attrs = [FLOAT_DTYPE, { name: 'shape', type: AttrKind.shape, value: shape }];
    this.#scratch.addOp('VarHandleOp', handleOf(name), [], [], attrs);
  }

  #recorder(binding: TFJSBinding): TFJSBinding {
    const recorder: Partial<TFJSBinding> = {
      executeOp: (op: string, attrs: TFEOpAttr[], ids: number[], outputs: number) =>
        this.#execute(op, attrs, ids, outputs),
      createTensor: (shape: number[], dtype: number, values: unknown) =>
        this.#register(this.constant(rawTensor(shape, dtype, values))),
      deleteTensor: (id: number) => {
        if (!this.#refs.has(id)) binding.deleteTensor(id);
      },
      tensorDataSync: (id: number) => {
        if (!this.#refs.has(id)) return binding.tensorDataSync(id);
        throw new EngineError(
          'a captured step reads a value back',
          `of ${this.#refs.get(id)}`,
          'return the tensor from the step, and read it from what run() gives',
        );
      },
    };
    // The binding's own properties can be neither listed nor assigned to.
    return Object.create(binding, Object.getOwnPropertyDescriptors(recorder)) as TFJSBinding;
  }

  #execute(op: string, attrs: TFEOpAttr[], ids: number[], outputs: number) {
    const refs = ids.map((id) => this.#known(id, `an input of ${op}`));
    const node = this.add(op, grouped(refs, attrs), attrs);
    return Array.from({ length: outputs }, (_, i) => this.#metadata(node, i));
  }

  #metadata(node: GraphNode, output: number) {
    const { dtype, shape } = node.outputs[output] as GraphNode['outputs'][number];
    return { id: this.#register(refOf(node.name, output)), dtype, shape: [...shape] };
  }

  #register(ref: Ref): number {
    const id = this.#nextId--;
    this.#refs.set(id, ref);
    return id;
  }

  #known(id: number, role: string): Ref {
    const ref = this.#refs.get(id);
    if (ref !== undefined) return ref;
    throw outside(role);
  }
}

let active: Trace | null = null;

/** The recording that is under way: kernels that have no counterpart in tfjs add their ops to it. */
export function activeTrace(): Trace | null {
  return active;
}

/** Ops that take a list say its length in the attribute N, and it comes first in all those that tfjs-node calls. */
function grouped(refs: Ref[], attrs: readonly TFEOpAttr[]): (Ref | Ref[])[] {
  const length = attrs.find(({ name }) => name === 'N')?.value;
  return typeof length === 'number' ? [refs.slice(0, length), ...refs.slice(length)] : refs;
}

function rawTensor(shape: number[], dtype: number, values: unknown): RawTensor {
  if (dtype === DType.bool) return { dtype, shape, data: Uint8Array.from(values as ArrayLike<number>) };
  if (!ArrayBuffer.isView(values)) {
    throw new EngineError('a captured step uses a tensor of an unsupported type', `${dtype}`, 'use numbers');
  }
  return { dtype, shape, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice() };
}

/** What only TensorFlow itself reads: the reserve that batch normalisation keeps for its gradient. */
function isOpaque(op: string, output: number): boolean {
  return op === 'FusedBatchNormV3' && output === 5;
}

export function outside(role: string): EngineError {
  return new EngineError(
    'a captured step uses a tensor from outside',
    role,
    'pass it as an input, or make it a variable and name it in `variables`',
  );
}

function dynamicShape(op: string, output: number): EngineError {
  return new EngineError(
    'a captured step computes a shape from values',
    `output ${output} of ${op}`,
    'compute it outside of the step',
  );
}
