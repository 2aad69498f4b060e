import { constantAttrs, type GraphNode, int32s, typeAttr } from '../capture/rewrite/graph-node.ts';
import { AttrKind, DType, type RawTensor, type Ref } from '../native/native-graph.ts';

const INT32 = typeAttr('T', DType.int32);

/**
 * One graph for batches of any size, from two recordings of one step for batches of different sizes: where a list of
 * sizes begins with the batch's, it is put together from the batch that comes.
 * @param input name of the placeholder that says how large the batch is
 * @throws Error where the recordings differ in anything but that
 */
export function anyBatch(
  one: readonly GraphNode[],
  other: readonly GraphNode[],
  [size, otherSize]: readonly [number, number],
  input: string,
): GraphNode[] {
  if (one.length !== other.length) throw new Error('the graph depends on the size of the batch');
  const nodes = one.flatMap((node, i): GraphNode[] => {
    const twin = other[i] as GraphNode;
    if (node.op === 'Placeholder') return [withUnknownBatch(node)];
    if (sameAttrs(node, twin)) return [node];
    const [sizes, others] = [sizesOf(node), sizesOf(twin)];
    const rest = sizes?.slice(1);
    const isBatchFirst =
      sizes?.[0] === size && others?.[0] === otherSize && rest?.join() === others.slice(1).join();
    if (!rest || !isBatchFirst) {
      throw new Error(`${node.op} ${node.name} depends on the size of the batch`);
    }
    return rest.length === 0 ? [identity(node.name)] : sizesBehindBatch(node.name, rest);
  });
  return nodes.some(({ inputs }) => inputs.flat().includes(BATCH))
    ? [...batchOf(nodes, input), ...nodes]
    : nodes;
}

/** Name of the op that gives the size of the batch, [1]. */
const BATCH = 'batch';

function batchOf(nodes: readonly GraphNode[], input: string): GraphNode[] {
  const placeholder = nodes.find(({ name }) => name === input) as GraphNode;
  const type = { name: 'T', type: AttrKind.type, value: placeholder.outputs[0]?.dtype };
  return [
    op('Shape', 'batch/shape', [input], [type, typeAttr('out_type', DType.int32)]),
    constant('batch/begin', int32s([0])),
    constant('batch/size', int32s([1])),
    op('Slice', BATCH, ['batch/shape', 'batch/begin', 'batch/size'], [INT32, typeAttr('Index', DType.int32)]),
  ];
}

function sizesBehindBatch(name: string, rest: readonly number[]): GraphNode[] {
  const attrs = [INT32, typeAttr('Tidx', DType.int32), { name: 'N', type: AttrKind.int, value: 2 }];
  return [
    constant(`${name}/rest`, int32s(rest)),
    constant(`${name}/axis`, int32s([0], [])),
    { ...op('ConcatV2', name, [], attrs), inputs: [[BATCH, `${name}/rest`], `${name}/axis`] },
  ];
}

function identity(name: string): GraphNode {
  return op('Identity', name, [BATCH], [INT32]);
}

function constant(name: string, value: RawTensor): GraphNode {
  return op('Const', name, [], constantAttrs(value));
}

function op(type: string, name: string, inputs: readonly Ref[], attrs: GraphNode['attrs']): GraphNode {
  return { op: type, name, inputs, controls: [], attrs, outputs: [] };
}

function withUnknownBatch(node: GraphNode): GraphNode {
  const attrs = node.attrs.map((attr) =>
    attr.name === 'shape' ? { ...attr, value: [-1, ...(attr.value as number[]).slice(1)] } : attr,
  );
  return { ...node, attrs };
}

/** The numbers of a constant list of int32; null for any other op. */
function sizesOf({ op: type, attrs }: GraphNode): number[] | null {
  if (type !== 'Const') return null;
  const value = attrs.find(({ name }) => name === 'value')?.value as RawTensor;
  if (value.dtype !== DType.int32 || value.shape.length !== 1) return null;
  return [...new Int32Array(value.data.slice().buffer)];
}

function sameAttrs(a: GraphNode, b: GraphNode): boolean {
  const text = ({ op: type, inputs, attrs }: GraphNode) =>
    JSON.stringify([type, inputs, attrs], (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    );
  return text(a) === text(b);
}
