import type { Ref } from '../../native/native-graph.ts';
import { type GraphNode, mapInputs, refOf } from './graph-node.ts';

/**
 * A graph without the reshapes of TensorFlow.js that change no shape: TensorFlow keeps them, and joins nothing across
 * them.
 * @param wanted refs that are read from outside
 */
export function withoutIdleReshapes(
  nodes: readonly GraphNode[],
  wanted: readonly Ref[],
): { nodes: GraphNode[]; wanted: Ref[] } {
  const shapes = new Map<Ref, string>();
  const same = new Map<Ref, Ref>();
  const resolved = (ref: Ref) => same.get(ref) ?? ref;
  // A session gives back nothing that it was fed: a reshape of that may be what is read from outside.
  const fed = new Set<string>();
  const kept: GraphNode[] = [];
  for (const node of nodes) {
    const inputs = mapInputs(node.inputs, resolved);
    for (const [i, { shape }] of node.outputs.entries()) shapes.set(refOf(node.name, i), `${shape}`);
    if (node.op === 'Placeholder') fed.add(node.name);
    const before = inputs[0] as Ref;
    const isIdle = node.op === 'Reshape' && shapes.get(before) === shapes.get(node.name) && !fed.has(before);
    if (isIdle) same.set(node.name, before);
    else kept.push({ ...node, inputs });
  }
  return { nodes: kept, wanted: wanted.map(resolved) };
}
