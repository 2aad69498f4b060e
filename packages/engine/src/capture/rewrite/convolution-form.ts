import type { Ref } from '../../native/native-graph.ts';
import { attrOf, type GraphNode, refOf } from './graph-node.ts';

/** A convolution whose images are padded alike on all four sides. */
export interface ConvolutionForm {
  readonly x: readonly [number, number, number, number];
  readonly filter: readonly [number, number, number, number];
  readonly y: readonly [number, number, number, number];
  readonly stride: number;
  /** Zeros that it adds on each side. */
  readonly padding: number;
}

export type Shapes = ReadonlyMap<Ref, readonly number[]>;

export function shapesOf(nodes: readonly GraphNode[]): Shapes {
  return new Map(nodes.flatMap((node) => node.outputs.map((type, i) => [refOf(node.name, i), type.shape])));
}

/** The form of a convolution or of one of its gradients; null for everything else, and for forms that are rare. */
export function convolutionForm(node: GraphNode, shapes: Shapes): ConvolutionForm | null {
  const [a, b, c] = node.inputs.map((input) => shapes.get(input as Ref) ?? []);
  const out = node.outputs[0]?.shape ?? [];
  const known: Readonly<Record<string, () => (readonly number[] | undefined)[]>> = {
    Conv2D: () => [a, b, out],
    Conv2DBackpropInput: () => [out, b, c],
    Conv2DBackpropFilter: () => [a, out, c],
  };
  const [x, filter, y] = known[node.op]?.() ?? [];
  if (!isImages(x) || !isImages(filter) || !isImages(y)) return null;
  const [, stride = 1] = attrOf(node, 'strides') as readonly number[];
  const plain =
    `${attrOf(node, 'strides')}` === `1,${stride},${stride},1` &&
    `${attrOf(node, 'dilations') ?? '1,1,1,1'}` === '1,1,1,1' &&
    attrOf(node, 'data_format') === 'NHWC';
  const padding = paddingOf(node, filter, stride);
  return plain && padding !== null ? { x, filter, y, stride, padding } : null;
}

/** Zeros on each side; null where the sides differ. */
function paddingOf(node: GraphNode, [height, width]: readonly number[], stride: number): number | null {
  const kind = attrOf(node, 'padding');
  if (kind === 'VALID') return 0;
  if (kind === 'SAME') {
    const symmetric = height === width && stride === 1 && (height as number) % 2 === 1;
    return symmetric ? ((height as number) - 1) / 2 : null;
  }
  const [, , top, bottom, left, right] = attrOf(node, 'explicit_paddings') as readonly number[];
  return top === bottom && top === left && top === right ? (top ?? null) : null;
}

export function isPointwise({ filter: [height, width] }: ConvolutionForm): boolean {
  return height === 1 && width === 1;
}

function isImages(shape: readonly number[] | undefined): shape is readonly [number, number, number, number] {
  return shape?.length === 4;
}
