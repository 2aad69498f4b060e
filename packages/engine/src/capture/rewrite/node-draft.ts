import { AttrKind, DType, type Ref } from '../../native/native-graph.ts';
import { constantAttrs, FLOAT, type GraphNode, int32s, typeAttr } from './graph-node.ts';

type Margin = readonly [number, number];

/** Nodes that take the place of one, whose name the last of them keeps. */
export class NodeDraft {
  readonly #node: GraphNode;
  readonly #nodes: GraphNode[] = [];

  constructor(node: GraphNode) {
    this.#node = node;
  }

  add(
    op: string,
    inputs: GraphNode['inputs'],
    shape: readonly number[],
    attrs: GraphNode['attrs'],
    dtype: number = DType.float32,
  ): Ref {
    const name = `${this.#node.name}/${this.#nodes.length}`;
    this.#nodes.push({ op, name, inputs, controls: [], attrs, outputs: [{ dtype, shape }] });
    return name;
  }

  sizes(values: readonly number[], shape: readonly number[] = [values.length]): Ref {
    return this.add('Const', [], shape, constantAttrs(int32s(values, shape)), DType.int32);
  }

  reshape(ref: Ref, shape: readonly number[]): Ref {
    return this.add('Reshape', [ref, this.sizes(shape)], shape, RESHAPE);
  }

  /** Images with zeros around: the numbers of zeros before and after the rows and the columns. */
  pad(ref: Ref, [top, bottom]: Margin, [left, right]: Margin, shape: readonly number[]): Ref {
    if (top + bottom + left + right === 0) return ref;
    const margins = this.sizes([0, 0, top, bottom, left, right, 0, 0], [4, 2]);
    return this.add('Pad', [ref, margins], shape, [FLOAT, typeAttr('Tpaddings', DType.int32)]);
  }

  slice(ref: Ref, begin: readonly number[], shape: readonly number[]): Ref {
    const attrs = [FLOAT, typeAttr('Index', DType.int32)];
    return this.add('Slice', [ref, this.sizes(begin), this.sizes(shape)], shape, attrs);
  }

  concat(refs: readonly Ref[], axis: number, shape: readonly number[]): Ref {
    if (refs.length === 1) return refs[0] as Ref;
    const count = { name: 'N', type: AttrKind.int, value: refs.length };
    const attrs = [FLOAT, typeAttr('Tidx', DType.int32), count];
    return this.add('ConcatV2', [refs, this.sizes([axis], [])], shape, attrs);
  }

  product(
    a: Ref,
    b: Ref,
    shape: readonly number[],
    transposed: { first?: boolean; second?: boolean } = {},
  ): Ref {
    const flag = (name: string, value = false) => ({ name, type: AttrKind.bool, value });
    return this.add('MatMul', [a, b], shape, [
      FLOAT,
      flag('transpose_a', transposed.first),
      flag('transpose_b', transposed.second),
    ]);
  }

  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  /** The nodes, with a last one under the name of the one whose place they take: `ref` in its shape. */
  finish(ref: Ref): GraphNode[] {
    const { name, controls, outputs } = this.#node;
    const sizes = this.sizes(outputs[0]?.shape ?? []);
    return [...this.#nodes, { op: 'Reshape', name, inputs: [ref, sizes], controls, attrs: RESHAPE, outputs }];
  }
}

const RESHAPE = [FLOAT, typeAttr('Tshape', DType.int32)];
