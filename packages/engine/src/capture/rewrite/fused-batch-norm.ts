import { type Attr, AttrKind, DType, type Ref } from '../../native/native-graph.ts';
import { attrOf, type GraphNode, mapInputs, refOf, typeAttr } from './graph-node.ts';

/**
 * Replaces batch normalisations of a training step, with the sum and the ReLU after them and with their gradients, by
 * ops of our own (batch-norm.cc), which go over each image less often.
 * @param wanted refs that are read from outside
 */
export function fusedBatchNorms(
  nodes: readonly GraphNode[],
  wanted: readonly Ref[],
): { nodes: GraphNode[]; wanted: Ref[] } {
  const graph = new Graph(nodes, wanted);
  const claimed = new Set<string>();
  /** What stands in an op's place: nothing, or another op. */
  const instead = new Map<string, GraphNode | null>();
  const renamed = new Map<Ref, Ref>();
  for (const norm of nodes) {
    const layer = layerOf(norm, graph, claimed);
    if (layer === null) continue;
    const { sum, relu, gradient, reluGradient, gradients, gradientSum } = layer;
    for (const node of [norm, sum, relu, gradient, reluGradient, gradientSum]) {
      if (!node) continue;
      claimed.add(node.name);
      instead.set(node.name, null);
    }
    instead.set((relu ?? norm).name, forward(layer));
    instead.set((reluGradient ?? gradient).name, backward(layer, gradients));
    if (relu) renamed.set(relu.name, norm.name);
    if (sum && reluGradient) renamed.set(reluGradient.name, refOf(gradient.name, OTHER_SUMMAND));
  }
  const resolved = (ref: Ref) => renamed.get(ref) ?? ref;
  const kept = nodes.flatMap((node) => {
    const replacement = instead.get(node.name);
    if (replacement === null) return [];
    const { inputs, ...rest } = replacement ?? node;
    return [
      {
        ...rest,
        inputs: mapInputs(inputs, resolved),
      },
    ];
  });
  return { nodes: kept, wanted: wanted.map(resolved) };
}

/** Output of ViewgapBatchNormGrad that is the gradient of what was added to the normalised image. */
const OTHER_SUMMAND = 3;

/** A normalisation and what can be joined to it. */
interface Layer {
  readonly norm: GraphNode;
  readonly sum: GraphNode | null;
  /** What is added. */
  readonly side: Ref | null;
  readonly relu: GraphNode | null;
  readonly gradient: GraphNode;
  readonly reluGradient: GraphNode | null;
  /** Gradients of the output; two are added. */
  readonly gradients: readonly Ref[];
  readonly gradientSum: GraphNode | null;
}

function layerOf(norm: GraphNode, graph: Graph, claimed: ReadonlySet<string>): Layer | null {
  if (norm.op !== 'FusedBatchNormV3' || attrOf(norm, 'is_training') !== true) return null;
  const gradient = gradientOf(norm, graph);
  if (gradient === null) return null;
  const plain: Layer = {
    norm,
    sum: null,
    side: null,
    relu: null,
    gradient,
    reluGradient: null,
    gradients: [gradient.inputs[0] as Ref],
    gradientSum: null,
  };
  const after = graph.onlyReader(norm.name);
  const sum = after !== null && isSum(after, norm) && !claimed.has(after.name) ? after : null;
  const relu = sum === null ? after : graph.onlyReader(sum.name);
  const reluGradient = graph.node(gradient.inputs[0] as Ref);
  const fits =
    relu?.op === 'Relu' &&
    reluGradient?.op === 'ReluGrad' &&
    reluGradient.inputs[1] === relu.name &&
    graph.isUnreadBefore(norm, relu);
  if (!fits) return plain;
  const dy = reluGradient.inputs[0] as Ref;
  const alone = { ...plain, relu, reluGradient, gradients: [dy] };
  if (sum === null) return graph.onlyReader(reluGradient.name) === gradient ? alone : plain;
  const side = (sum.inputs as readonly Ref[]).find((ref) => ref !== norm.name) as Ref;
  const before = graph.node(dy);
  const added = before && isSum(before, norm) && graph.onlyReader(dy) === reluGradient ? before : null;
  const gradients = added ? (added.inputs as readonly Ref[]) : [dy];
  return { ...alone, sum, side, gradients, gradientSum: added };
}

/** The op that computes a normalisation's gradient, if it alone reads what the normalisation keeps for that. */
function gradientOf(norm: GraphNode, graph: Graph): GraphNode | null {
  const [first, ...others] = [3, 4, 5].map((i) => graph.onlyReader(refOf(norm.name, i)));
  if (first?.op !== 'FusedBatchNormGradV3' || others.some((node) => node !== first)) return null;
  const [, x, gamma] = first.inputs;
  return x === norm.inputs[0] && gamma === norm.inputs[1] ? first : null;
}

/** Whether an op adds two different tensors that both have a normalisation's shape. */
function isSum(node: GraphNode, { outputs: [image] }: GraphNode): boolean {
  const isAdd = node.op === 'Add' || node.op === 'AddV2';
  return isAdd && node.inputs[0] !== node.inputs[1] && `${node.outputs[0]?.shape}` === `${image?.shape}`;
}

function forward({ norm, side, relu }: Layer): GraphNode {
  const vector = norm.outputs[1] as GraphNode['outputs'][number];
  return {
    op: 'ViewgapBatchNorm',
    name: norm.name,
    inputs: [...norm.inputs.slice(0, 5), side === null ? [] : [side]],
    controls: norm.controls,
    attrs: [
      ...commonAttrs(side, relu),
      { name: 'epsilon', type: AttrKind.float, value: attrOf(norm, 'epsilon') },
      { name: 'factor', type: AttrKind.float, value: attrOf(norm, 'exponential_avg_factor') ?? 1 },
    ],
    outputs: [norm.outputs[0] as typeof vector, vector, vector, vector, vector],
  };
}

function backward({ norm, side, relu, gradient }: Layer, gradients: readonly Ref[]): GraphNode {
  const [x, gamma, beta] = norm.inputs;
  const image = gradient.outputs[0] as GraphNode['outputs'][number];
  return {
    op: 'ViewgapBatchNormGrad',
    name: gradient.name,
    inputs: [
      ...[x, gamma, beta].map((ref) => ref as Ref),
      ...[refOf(norm.name, 3), refOf(norm.name, 4)],
      gradients,
      side === null ? [] : [norm.name],
    ],
    controls: gradient.controls,
    attrs: [...commonAttrs(side, relu), { name: 'M', type: AttrKind.int, value: gradients.length }],
    outputs: [...gradient.outputs.slice(0, 3), ...(side === null ? [] : [image])],
  };
}

function commonAttrs(side: Ref | null, relu: GraphNode | null): Attr[] {
  return [
    typeAttr('T', DType.float32),
    { name: 'N', type: AttrKind.int, value: side === null ? 0 : 1 },
    { name: 'relu', type: AttrKind.bool, value: relu !== null },
  ];
}

/** Who reads what. */
class Graph {
  readonly #byName: ReadonlyMap<string, GraphNode>;
  readonly #places: ReadonlyMap<string, number>;
  readonly #readers = new Map<Ref, GraphNode[]>();
  readonly #wanted: ReadonlySet<Ref>;

  constructor(nodes: readonly GraphNode[], wanted: readonly Ref[]) {
    this.#byName = new Map(nodes.map((node) => [node.name, node]));
    this.#places = new Map(nodes.map(({ name }, i) => [name, i]));
    this.#wanted = new Set(wanted);
    for (const node of nodes) {
      for (const ref of node.inputs.flat()) {
        const known = this.#readers.get(ref);
        if (known) known.push(node);
        else this.#readers.set(ref, [node]);
      }
    }
  }

  /** The op whose first output this is. */
  node(ref: Ref): GraphNode | null {
    return this.#byName.get(ref) ?? null;
  }

  /** The op that reads an output, once, where no other does and nobody outside. */
  onlyReader(ref: Ref): GraphNode | null {
    const readers = this.#readers.get(ref) ?? [];
    return readers.length === 1 && !this.#wanted.has(ref) ? (readers[0] as GraphNode) : null;
  }

  /** Whether an op could run as late as another one: what it puts out is not read before that. */
  isUnreadBefore(node: GraphNode, later: GraphNode): boolean {
    const place = this.#places.get(later.name) as number;
    return node.outputs.slice(1).every((_, i) => {
      const readers = this.#readers.get(refOf(node.name, i + 1)) ?? [];
      return readers.every(({ name }) => (this.#places.get(name) as number) > place);
    });
  }
}
