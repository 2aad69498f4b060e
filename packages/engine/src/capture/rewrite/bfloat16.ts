import { DType, type Ref } from '../../native/native-graph.ts';
import { type GraphNode, parseRef, refOf, typeAttr } from './graph-node.ts';

/** Which inputs and outputs of an op are bfloat16 when the op is. */
interface Half {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Inputs that must already be bfloat16 for an op to follow; absent: all of `inputs`. */
  readonly decided?: readonly number[];
}

const first: Half = { inputs: [0], outputs: [0] };
const both: Half = { inputs: [0, 1], outputs: [0] };

/** Ops that do the work, always in bfloat16. Statistics, weights and everything not named here stay float32. */
const COMPUTE: Readonly<Record<string, Half>> = {
  Conv2D: both,
  Conv2DBackpropInput: { inputs: [1, 2], outputs: [0] },
  Conv2DBackpropFilter: { inputs: [0, 2], outputs: [0] },
  DepthwiseConv2dNative: both,
  DepthwiseConv2dNativeBackpropInput: { inputs: [1, 2], outputs: [0] },
  DepthwiseConv2dNativeBackpropFilter: { inputs: [0, 2], outputs: [0] },
  MatMul: both,
  BatchMatMulV2: both,
  FusedBatchNormV3: first,
  FusedBatchNormGradV3: both,
  ViewgapBatchNorm: { inputs: [0, 5], outputs: [0] },
  ViewgapBatchNormGrad: { inputs: [0, 5, 6], outputs: [0, 3] },
};

/** Ops that follow: bfloat16 where all of their data already is. */
const FOLLOW: Readonly<Record<string, Half>> = {
  Add: both,
  AddV2: both,
  BiasAdd: { inputs: [0, 1], outputs: [0], decided: [0] },
  Relu: first,
  ReluGrad: both,
  MaxPool: first,
  MaxPoolGrad: { inputs: [0, 1, 2], outputs: [0], decided: [0, 1] },
  AvgPool: first,
  AvgPoolGrad: { inputs: [1], outputs: [0] },
  Reshape: first,
  Slice: first,
  Pad: first,
  PadV2: { inputs: [0, 2], outputs: [0], decided: [0] },
  Transpose: first,
  Identity: first,
  ResizeNearestNeighbor: first,
  ResizeNearestNeighborGrad: first,
};

/**
 * Rewrites a recorded float32 graph to compute in bfloat16: casts where data enters an op that has it, back where an
 * op that has not needs it, and nowhere in between. Master weights, batch statistics, losses and the optimiser stay float32.
 * @param wanted refs that are read from outside, as float32
 * @returns the nodes, and the ref that stands for each wanted one
 */
export function toBfloat16(
  nodes: readonly GraphNode[],
  wanted: readonly Ref[],
): { nodes: GraphNode[]; wanted: Ref[] } {
  return new Rewrite(nodes).run(wanted);
}

class Rewrite {
  readonly #nodes: readonly GraphNode[];
  readonly #out: GraphNode[] = [];
  /** float32 refs of the recording -> the same in bfloat16 */
  readonly #halves = new Map<Ref, Ref>();
  /** refs that exist in bfloat16 only, until someone asks for float32 */
  readonly #onlyHalf = new Set<Ref>();
  readonly #restored = new Map<Ref, Ref>();
  readonly #types = new Map<string, GraphNode>();

  constructor(nodes: readonly GraphNode[]) {
    this.#nodes = nodes;
    for (const node of nodes) this.#types.set(node.name, node);
  }

  run(wanted: readonly Ref[]): { nodes: GraphNode[]; wanted: Ref[] } {
    for (const node of this.#nodes) {
      const half = this.#halfOf(node);
      if (half) this.#convert(node, half);
      else this.#out.push({ ...node, inputs: node.inputs.map((input) => this.#float(input)) });
    }
    const restored = wanted.map((ref) => this.#restore(ref));
    return { nodes: this.#out, wanted: restored };
  }

  #halfOf(node: GraphNode): Half | null {
    const isFloat = node.outputs[0]?.dtype === DType.float32;
    const compute = COMPUTE[node.op];
    if (compute) return isFloat && !isSmallProduct(node) ? compute : null;
    const follow = node.op === 'ConcatV2' || node.op === 'AddN' ? first : FOLLOW[node.op];
    if (!follow || !isFloat) return null;
    const data = (follow.decided ?? follow.inputs).flatMap((i) => node.inputs[i] ?? []);
    return data.every((ref) => this.#halves.has(ref)) ? follow : null;
  }

  #convert(node: GraphNode, half: Half): void {
    const inputs = node.inputs.map((input, i) => {
      if (!half.inputs.includes(i)) return this.#float(input);
      return typeof input === 'string' ? this.#half(input) : input.map((ref) => this.#half(ref));
    });
    const attrs = node.attrs.map((attr) => (attr.name === 'T' ? typeAttr('T', DType.bfloat16) : attr));
    const outputs = node.outputs.map((type, i) =>
      half.outputs.includes(i) ? { ...type, dtype: DType.bfloat16 } : type,
    );
    this.#out.push({ ...node, inputs, attrs, outputs });
    for (const i of half.outputs.filter((output) => output < outputs.length)) {
      const ref = refOf(node.name, i);
      this.#halves.set(ref, ref);
      this.#onlyHalf.add(ref);
    }
  }

  #half(ref: Ref): Ref {
    const known = this.#halves.get(ref);
    if (known !== undefined) return known;
    const cast = this.#cast(ref, DType.float32, DType.bfloat16);
    this.#halves.set(ref, cast);
    return cast;
  }

  #float(input: Ref | readonly Ref[]): Ref | Ref[] {
    return typeof input === 'string' ? this.#restore(input) : input.map((ref) => this.#restore(ref));
  }

  #restore(ref: Ref): Ref {
    if (!this.#onlyHalf.has(ref)) return ref;
    const known = this.#restored.get(ref);
    if (known !== undefined) return known;
    const cast = this.#cast(ref, DType.bfloat16, DType.float32);
    this.#restored.set(ref, cast);
    return cast;
  }

  #cast(ref: Ref, from: number, to: number): Ref {
    const { name, output } = parseRef(ref);
    const type = this.#types.get(name)?.outputs[output];
    if (type === undefined) throw new Error(`no op ${ref}`);
    const node: GraphNode = {
      op: 'Cast',
      name: `${name}/${output}/${to === DType.bfloat16 ? 'bfloat16' : 'float32'}`,
      inputs: [ref],
      controls: [],
      attrs: [typeAttr('SrcT', from), typeAttr('DstT', to)],
      outputs: [{ ...type, dtype: to }],
    };
    this.#out.push(node);
    return node.name;
  }
}

/** Small matrix products gain nothing, and a classifier's last one is better exact. */
function isSmallProduct({ op, outputs }: GraphNode): boolean {
  if (op !== 'MatMul' && op !== 'BatchMatMulV2') return false;
  const size = outputs[0]?.shape.reduce((product, n) => product * n, 1) ?? 0;
  return size < SMALL_PRODUCT;
}

const SMALL_PRODUCT = 16_384;
