import {
  type Attr,
  AttrKind,
  DType,
  type RawTensor,
  type Ref,
  type TensorType,
} from '../../native/native-graph.ts';

/** One op of a recorded graph, before or after it is rewritten. */
export interface GraphNode {
  readonly op: string;
  readonly name: string;
  /** In the op's own order; a list where the op takes a list. */
  readonly inputs: readonly (Ref | readonly Ref[])[];
  /** Names of ops that must have run. */
  readonly controls: readonly string[];
  readonly attrs: readonly Attr[];
  readonly outputs: readonly TensorType[];
}

export function typeAttr(name: string, dtype: number): Attr {
  return { name, type: AttrKind.type, value: dtype };
}

/** The attribute `T` of an op on float32. */
export const FLOAT = typeAttr('T', DType.float32);
/** The attribute `dtype` of an op on a float32 variable. */
export const FLOAT_DTYPE = typeAttr('dtype', DType.float32);

export function constantAttrs(value: RawTensor): Attr[] {
  return [typeAttr('dtype', value.dtype), { name: 'value', type: AttrKind.tensor, value }];
}

export function scalar(value: number): RawTensor {
  return { dtype: DType.float32, shape: [], data: new Uint8Array(Float32Array.of(value).buffer) };
}

export function int32s(values: readonly number[], shape: readonly number[] = [values.length]): RawTensor {
  return { dtype: DType.int32, shape, data: new Uint8Array(Int32Array.from(values).buffer) };
}

/** The output'th of a node. */
export function refOf(name: string, output = 0): Ref {
  return output === 0 ? name : `${name}:${output}`;
}

/** Name and index of the op that a ref points at. */
export function parseRef(ref: Ref): { name: string; output: number } {
  const colon = ref.lastIndexOf(':');
  if (colon < 0) return { name: ref, output: 0 };
  return { name: ref.slice(0, colon), output: Number(ref.slice(colon + 1)) };
}

/** The op that stands for a variable of a session. */
export function handleOf(variable: string): string {
  return `variable/${variable}`;
}

export function attrOf(node: GraphNode, name: string): unknown {
  return node.attrs.find((attr) => attr.name === name)?.value;
}

/** An op's inputs with other refs in the places of its own. */
export function mapInputs(inputs: GraphNode['inputs'], other: (ref: Ref) => Ref): (Ref | Ref[])[] {
  return inputs.map((input) => (typeof input === 'string' ? other(input) : input.map(other)));
}

/** How often each ref is read, by ops and from outside. */
export function countUses(nodes: readonly GraphNode[], wanted: readonly Ref[]): Map<Ref, number> {
  const uses = new Map<Ref, number>();
  for (const ref of [...nodes.flatMap(({ inputs }) => inputs.flat()), ...wanted]) {
    uses.set(ref, (uses.get(ref) ?? 0) + 1);
  }
  return uses;
}
