import {
  type Attr,
  AttrKind,
  DType,
  type Feeds,
  type Fetched,
  type GraphAddon,
  type NativeGraph,
  type RawTensor,
  type Ref,
  type TensorType,
} from '../../native/native-graph.ts';
import { checkFits, type Slot, unknownVariable } from '../record/slot.ts';
import {
  constantAttrs,
  FLOAT,
  FLOAT_DTYPE,
  type GraphNode,
  handleOf,
  int32s,
  mapInputs,
  scalar,
  typeAttr,
} from '../rewrite/graph-node.ts';

/** ConfigProto { allow_soft_placement: true, gpu_options { allow_growth: true } } */
const CONFIG = Uint8Array.of(0x38, 1, 0x32, 2, 0x20, 1);

/** What a function computes from variables alone, and the state for which it was last computed. */
export interface Preparation {
  readonly targets: readonly string[];
  version: number | null;
}

export interface SessionCall {
  readonly feeds: Feeds;
  readonly fetches: readonly Ref[];
  /** Ops that change variables. */
  readonly targets: readonly string[];
  readonly preparation: Preparation | null;
}

/** A TensorFlow session with named variables; several captured functions may share one. */
export class Session {
  readonly #graph: NativeGraph;
  readonly #variables = new Map<string, TensorType>();
  #users = 0;
  #prefixes = 0;
  /** Counts what changes variables. */
  #version = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ Graph }: GraphAddon) {
    this.#graph = new Graph();
    this.#graph.open(CONFIG);
  }

  has(variable: string): boolean {
    return this.#variables.has(variable);
  }

  /** Adds variables with their first values. */
  declare(variables: ReadonlyMap<string, TensorType & { readonly value: () => RawTensor }>): void {
    for (const [name, type] of variables) this.#declareOne(name, type);
    for (const some of portions(variables)) {
      this.#assign(new Map(some.map(([name, { value }]) => [name, value()])));
    }
  }

  /** Adds variables that a preparation fills: they are not part of the state. */
  declareKept(variables: ReadonlyMap<string, TensorType>): void {
    for (const [name, type] of variables) this.#addHandle(name, type);
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

  #addHandle(name: string, { dtype, shape }: TensorType): Attr[] {
    const attrs = [typeAttr('dtype', dtype), { name: 'shape', type: AttrKind.shape, value: shape }];
    const shared = { name: 'shared_name', type: AttrKind.string, value: name };
    this.#graph.addOp('VarHandleOp', handleOf(name), [], [], [...attrs, shared]);
    return attrs;
  }

  #declareOne(name: string, { dtype, shape }: TensorType): void {
    const type = typeAttr('dtype', dtype);
    const attrs = this.#addHandle(name, { dtype, shape });
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
      this.#graph.addOp(op, prefix + name, mapInputs(inputs, renamed), controls.map(renamed), attrs);
    }
    return renamed;
  }

  /** A prefix for names that no other function of this session has. */
  newScope(): string {
    return `kept${this.#prefixes}/`;
  }

  /** Runs one call after the other: two at once would race for the variables. */
  run({ feeds, fetches, targets, preparation }: SessionCall): Promise<Fetched[]> {
    return this.#next(async () => {
      await this.#prepare(preparation);
      if (targets.length > 0) this.#version += 1;
      return this.#graph.runAsync(feeds, fetches, targets);
    });
  }

  profile({ feeds, fetches, targets, preparation }: SessionCall): Promise<Uint8Array> {
    return this.#next(async () => {
      await this.#prepare(preparation);
      return this.#graph.profile(feeds, fetches, targets);
    });
  }

  async #prepare(preparation: Preparation | null): Promise<void> {
    if (preparation === null || preparation.version === this.#version) return;
    await this.#graph.runAsync({}, [], preparation.targets);
    preparation.version = this.#version;
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Values of all variables, in the order in which they were declared. */
  async read(): Promise<Map<string, Fetched>> {
    const names = [...this.#variables.keys()];
    const call = { feeds: {}, fetches: names.map(readOf), targets: [], preparation: null };
    const values = await this.run(call);
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
    return this.#next(async () => this.#assign(values));
  }

  #assign(values: ReadonlyMap<string, RawTensor>): void {
    const names = [...values.keys()];
    if (names.length === 0) return;
    this.#version += 1;
    // One call for all: each set of targets that a session meets is optimised as a graph of its own.
    const feeds = Object.fromEntries([...values].map(([name, value]) => [feedOf(name), value]));
    this.#graph.run(feeds, [], names.map(writeOf));
  }

  /** Counts one more function; each is released once. */
  retain(): void {
    this.#users += 1;
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

/** Variables are copied in portions, each held twice while it is: large models would otherwise be. */
const PORTION_VALUES = 2 ** 23;

function* portions<T extends TensorType>(variables: ReadonlyMap<string, T>): Generator<[string, T][]> {
  let some: [string, T][] = [];
  let values = 0;
  for (const entry of variables) {
    some.push(entry);
    values += entry[1].shape.reduce((product, n) => product * n, 1);
    if (values < PORTION_VALUES) continue;
    yield some;
    [some, values] = [[], 0];
  }
  if (some.length > 0) yield some;
}
