import { DType, type Ref } from '../../native/native-graph.ts';
import { attrOf, constantAttrs, countUses, FLOAT, type GraphNode, parseRef, scalar } from './graph-node.ts';

/**
 * Folds batch normalisations by moving statistics into the convolutions before them, which then have a scaled filter and
 * a bias: TensorFlow computes convolution, bias, sum and ReLU in one pass.
 * @param wanted refs that are read from outside
 */
export function foldedBatchNorms(nodes: readonly GraphNode[], wanted: readonly Ref[]): GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const uses = countUses(nodes, wanted);
  const convolutions = new Map<string, GraphNode>();
  for (const node of nodes) {
    const convolution = convolutionBefore(node, byName, uses);
    if (convolution !== null) convolutions.set(convolution.name, node);
  }
  const folded = new Set([...convolutions.values()].map(({ name }) => name));
  return nodes.flatMap((node) => {
    // A convolution goes where its normalisation stood, before which all that it now needs has been computed.
    if (convolutions.has(node.name)) return [];
    return folded.has(node.name) ? biasedConvolution(byName, node) : [node];
  });
}

/** The convolution that a normalisation can be folded into: one whose output nothing else reads. */
function convolutionBefore(
  node: GraphNode,
  byName: ReadonlyMap<string, GraphNode>,
  uses: ReadonlyMap<Ref, number>,
): GraphNode | null {
  if (!/^FusedBatchNorm(V[23])?$/.test(node.op) || attrOf(node, 'is_training') !== false) return null;
  const statistics = node.outputs.slice(1).map((_, i) => `${node.name}:${i + 1}`);
  if (statistics.some((ref) => uses.has(ref))) return null;
  const input = node.inputs[0] as Ref;
  const before = byName.get(input);
  return before?.op === 'Conv2D' && uses.get(input) === 1 ? before : null;
}

/** y = conv(x, filter * scale) + (beta - mean * scale), where scale = gamma / sqrt(variance + epsilon) */
function biasedConvolution(byName: ReadonlyMap<string, GraphNode>, norm: GraphNode): GraphNode[] {
  const [input, gamma, beta, mean, variance] = norm.inputs as readonly Ref[];
  const convolution = byName.get(parseRef(input as Ref).name) as GraphNode;
  const [x, filter] = convolution.inputs as readonly [Ref, Ref];
  const channels = convolution.outputs[0]?.shape.slice(-1) as number[];
  const filterShape = byName.get(parseRef(filter).name)?.outputs[parseRef(filter).output]?.shape ?? [];
  const nodes: GraphNode[] = [];
  const add = (op: string, inputs: readonly (Ref | undefined)[], shape: readonly number[]) => {
    const name = `${norm.name}/folded${nodes.length}`;
    const outputs = [{ dtype: DType.float32, shape }];
    nodes.push({ op, name, inputs: inputs as Ref[], controls: [], attrs: [FLOAT], outputs });
    return name;
  };
  const epsilon = scalar(attrOf(norm, 'epsilon') as number);
  const small = `${norm.name}/epsilon`;
  nodes.push({
    op: 'Const',
    name: small,
    inputs: [],
    controls: [],
    attrs: constantAttrs(epsilon),
    outputs: [epsilon],
  });
  const scale = add(
    'Mul',
    [gamma, add('Rsqrt', [add('AddV2', [variance, small], channels)], channels)],
    channels,
  );
  const scaled = add('Mul', [filter, scale], filterShape);
  const bias = add('Sub', [beta, add('Mul', [mean, scale], channels)], channels);
  return [
    ...nodes,
    { ...convolution, inputs: [x, scaled] },
    {
      op: 'BiasAdd',
      name: norm.name,
      inputs: [convolution.name, bias],
      controls: norm.controls,
      attrs: [FLOAT],
      outputs: norm.outputs.slice(0, 1),
    },
  ];
}
