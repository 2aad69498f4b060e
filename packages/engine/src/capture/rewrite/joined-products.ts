import type { Ref } from '../../native/native-graph.ts';
import { shapesOf } from './convolution-form.ts';
import { countUses, type GraphNode } from './graph-node.ts';
import { NodeDraft } from './node-draft.ts';

/** What a reshape makes images of: the rows of a matrix. */
interface Matrix {
  readonly ref: Ref;
  readonly shape: readonly number[];
}

/**
 * Moves the reshape of a matrix product behind the bias and the ReLU that follow it: TensorFlow computes them in one pass
 * with the product where nothing stands in between. Not behind a sum: TensorFlow 2.21 joins that, too, and leaves an
 * op without a name, at which its optimiser gives up the whole graph.
 * @param wanted refs that are read from outside
 */
export function joinedProducts(nodes: readonly GraphNode[], wanted: readonly Ref[]): GraphNode[] {
  const shapes = shapesOf(nodes);
  const uses = countUses(nodes, wanted);
  const products = new Set(nodes.filter(({ op }) => op === 'MatMul').map(({ name }) => name));
  const reshaped = new Map<Ref, Matrix>();
  const matrixOf = (ref: Ref) => (uses.get(ref) === 1 ? reshaped.get(ref) : undefined);
  return nodes.flatMap((node) => {
    const [x, y] = node.inputs as readonly [Ref, Ref];
    if (node.op === 'Reshape' && products.has(x)) {
      const shape = shapes.get(x) ?? [];
      // A bias has a number for each channel: the product's columns must be that.
      if (shape.at(-1) === node.outputs[0]?.shape.at(-1)) reshaped.set(node.name, { ref: x, shape });
      return [node];
    }
    const draft = new NodeDraft(node);
    const moved = (inputs: readonly Ref[], { shape }: Matrix) => {
      const ref = draft.add(node.op, inputs, shape, node.attrs);
      reshaped.set(node.name, { ref, shape });
      return draft.finish(ref);
    };
    const matrix = matrixOf(x);
    if (node.op === 'BiasAdd' && matrix) return moved([matrix.ref, y], matrix);
    if (node.op === 'Relu' && matrix) return moved([matrix.ref], matrix);
    return [node];
  });
}
