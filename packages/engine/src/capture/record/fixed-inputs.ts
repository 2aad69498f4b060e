import { DType, type Ref } from '../../native/native-graph.ts';
import { type GraphNode, mapInputs, typeAttr } from '../rewrite/graph-node.ts';
import { NodeDraft } from '../rewrite/node-draft.ts';

/**
 * Tells TensorFlow the shapes of what it is fed, by a reshape to them: it trusts no placeholder's own, so that no shape
 * behind one is known, and it joins a convolution and a sum only where it knows that both have one shape.
 */
export function fixedInputs(nodes: readonly GraphNode[]): GraphNode[] {
  const fixed = new Map<Ref, Ref>();
  return nodes.flatMap((node) => {
    const inputs = mapInputs(node.inputs, (ref) => fixed.get(ref) ?? ref);
    if (node.op !== 'Placeholder') return [{ ...node, inputs }];
    const [{ dtype = DType.float32, shape = [] } = {}] = node.outputs;
    const draft = new NodeDraft(node);
    const attrs = [typeAttr('T', dtype), typeAttr('Tshape', DType.int32)];
    const reshaped = draft.add('Reshape', [node.name, draft.sizes(shape)], shape, attrs, dtype);
    fixed.set(node.name, reshaped);
    return [node, ...draft.nodes];
  });
}
