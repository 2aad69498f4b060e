import {
  constantAttrs,
  FLOAT,
  FLOAT_DTYPE,
  type GraphNode,
  handleOf,
  int32s,
  scalar,
  typeAttr,
} from './graph-node.ts';
import {
  AttrKind,
  DType,
  type Feeds,
  type Fetched,
  type GraphAddon,
  type NativeGraph,
  type RawTensor,
  type Ref,
  type TensorType,
} from './native-graph.ts';
import { checkFits, type Slot, unknownVariable } from './slot.ts';

/** ConfigProto { allow_soft_placement: true, gpu_options { allow_growth: true } } */
const CONFIG = Uint8Array.of(0x38, 1, 0x32, 2, 0x20, 1);

/** A TensorFlow session with named variables; several captured functions may share one. */
export class Session {
  readonly #graph: NativeGraph;
  readonly #variables = new Map<string, TensorType>();
  #users = 0;
  #prefixes = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ Graph }: GraphAddon) {
    this.#graph = new Graph();
    this.#graph.open(CONFIG);
  }

  has(variable: string): boolean {
    return this.#variables.has(variable);
  }

  /** Adds variables with their first values. */
  declare(values: ReadonlyMap<string, RawTensor>): void {
    for (const [name, { dtype, shape }] of values) this.#declareOne(name, { dtype, shape });
    this.#assign(values);
  }

  /** Adds variables that are filled with one value each. */
  declareFilled(slots: ReadonlyMap<string, Slot>): void {
    const targets = [...slots].map(([name, { shape, value }]) => {
      this.#declareOne(name, { dtype: DType.float32, shape });
      const sizes = this.#constant(`fill/${name}/shape`, int32s(shape));
      const first = this.#constant(`fill/${name}/value`, scalar(value));
      this.#graph.addOp('Fill', `fill/${name}`, [sizes, first], [], [FLOAT]);
      const write = `fill/${name}/write`;
      this.#graph.addOp('AssignVariableOp', write, [handleOf(name), `fill/${name}`], [], [FLOAT_DTYPE]);
      return write;
    });
    if (targets.length > 0) this.#graph.run({}, [], targets);
  }

  #declareOne(name: string, { dtype, shape }: TensorType): void {
    const type = typeAttr('dtype', dtype);
    const attrs = [type, { name: 'shape', type: AttrKind.shape, value: shape }];
    const shared = { name: 'shared_name', type: AttrKind.string, value: name };
    this.#graph.addOp('VarHandleOp', handleOf(name), [], [], [...attrs, shared]);
    this.#graph.addOp('ReadVariableOp', readOf(name), [handleOf(name)], [], [type]);
    this.#graph.addOp('Placeholder', feedOf(name), [], [], attrs);
    this.#graph.addOp('AssignVariableOp', writeOf(name), [handleOf(name), feedOf(name)], [], [type]);
    this.#variables.set(name, { dtype, shape });
  }

  #constant(name: string, value: RawTensor): string {
    this.#graph.addOp('Const', name, [], [], constantAttrs(value));
    return name;
  }

  /** Adds recorded nodes under a prefix of their own; what they call by another name is there already. */
  add(nodes: readonly GraphNode[]): (ref: Ref) => Ref {
    const prefix = `f${this.#prefixes++}/`;
    const own = new Set(nodes.map(({ name }) => name));
    const renamed = (ref: Ref) => (own.has(ref.split(':')[0] as string) ? prefix + ref : ref);
    for (const { op, name, inputs, controls, attrs } of nodes) {
      this.#graph.addOp(
        op,
        prefix + name,
        inputs.map((input) => (typeof input === 'string' ? renamed(input) : input.map(renamed))),
        controls.map(renamed),
        attrs,
      );
    }
    this.#users += 1;
    return renamed;
  }

  /** Runs one call after the other: two at once would race for the variables. */
  run(feeds: Feeds, fetches: readonly Ref[], targets: readonly string[]): Promise<Fetched[]> {
    const result = this.#last.then(() => this.#graph.runAsync(feeds, fetches, targets));
    this.#last = result.catch(() => {});
    return result;
  }

  async profile(feeds: Feeds, fetches: readonly Ref[], targets: readonly string[]): Promise<Uint8Array> {
    await this.#last;
    return this.#graph.profile(feeds, fetches, targets);
  }

  /** Values of all variables, in the order in which they were declared. */
  async read(): Promise<Map<string, Fetched>> {
    const names = [...this.#variables.keys()];
    const values = await this.run({}, names.map(readOf), []);
    return new Map(names.map((name, i) => [name, values[i] as Fetched]));
  }

  /**
   * Sets variables, after the calls that are under way.
   * @throws EngineError for an unknown name or another shape; then nothing is set
   */
  write(values: ReadonlyMap<string, RawTensor>): Promise<void> {
    for (const [name, { shape, data }] of values) {
      const type = this.#variables.get(name);
      if (type === undefined) throw unknownVariable(name);
      checkFits(name, { shape, length: data.length / Float32Array.BYTES_PER_ELEMENT }, type.shape);
    }
    const result = this.#last.then(() => this.#assign(values));
    this.#last = result.catch(() => {});
    return result;
  }

  #assign(values: ReadonlyMap<string, RawTensor>): void {
    const names = [...values.keys()];
    if (names.length === 0) return;
    // One call for all: each set of targets that a session meets is optimised as a graph of its own.
    const feeds = Object.fromEntries([...values].map(([name, value]) => [feedOf(name), value]));
    this.#graph.run(feeds, [], names.map(writeOf));
  }

  /** Gives up one of the functions that were added; the last one closes the session. */
  release(): void {
    this.#users -= 1;
    if (this.#users > 0) return;
    // A call that is under way ends first.
    this.#last.then(() => this.#graph.close());
  }
}

const readOf = (name: string) => `read/${name}`;
const feedOf = (name: string) => `feed/${name}`;
const writeOf = (name: string) => `write/${name}`;
