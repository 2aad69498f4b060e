import type { Ref, TensorType } from '../../native/native-graph.ts';
import { type GraphNode, handleOf, mapInputs, parseRef, typeAttr } from '../rewrite/graph-node.ts';

/** A graph of which one part runs at each call, and another only when variables have changed. */
export interface Prepared {
  readonly nodes: readonly GraphNode[];
  /** Computes from variables alone what the nodes read from the kept ones. */
  readonly preparation: readonly GraphNode[];
  /** Ops of the preparation that write the kept variables. */
  readonly writes: readonly string[];
  /** Variables that keep what was computed, by name. */
  readonly kept: ReadonlyMap<string, TensorType>;
  readonly wanted: readonly Ref[];
}

export const NOTHING_PREPARED = { preparation: [], writes: [], kept: new Map<string, TensorType>() } as const;

/** Ops whose output their inputs alone decide, of those that turn weights into what a kernel takes. */
const PURE = new Set([
  'Add',
  'AddV2',
  'Cast',
  'ConcatV2',
  'Mul',
  'Neg',
  'RealDiv',
  'Rsqrt',
  'Slice',
  'Split',
  'SplitV',
  'Sub',
  'Transpose',
]);
/** These cost nothing. */
const FREE = new Set(['Const', 'Identity', 'ReadVariableOp', 'Reshape']);

/**
 * Takes out of a graph that changes no variable whatever variables alone decide: casts of weights, folded filters.
 * @param wanted refs that are read from outside
 * @param scope prefix of the names of the variables that keep what was computed
 */
export function prepared(nodes: readonly GraphNode[], wanted: readonly Ref[], scope: string): Prepared {
  const { fixed, worth } = decidedByVariables(nodes);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const reads = new Map<Ref, GraphNode>();
  const writes: GraphNode[] = [];
  const kept = new Map<string, TensorType>();
  const replaced = (ref: Ref): Ref => {
    const { name, output } = parseRef(ref);
    if (!worth.has(name)) return ref;
    const known = reads.get(ref);
    if (known) return known.name;
    const type = byName.get(name)?.outputs[output] as TensorType;
    const variable = `${scope}${ref}`;
    const shared = { controls: [], attrs: [typeAttr('dtype', type.dtype)] };
    const read = {
      op: 'ReadVariableOp',
      name: `${name}/${output}/kept`,
      inputs: [handleOf(variable)],
      ...shared,
    };
    const write = {
      op: 'AssignVariableOp',
      name: `${name}/${output}/keep`,
      inputs: [handleOf(variable), ref],
      ...shared,
    };
    kept.set(variable, type);
    reads.set(ref, { ...read, outputs: [type] });
    writes.push({ ...write, outputs: [] });
    return read.name;
  };
  const running = nodes
    .filter(({ name }) => !worth.has(name))
    .map((node) => ({
      ...node,
      inputs: mapInputs(node.inputs, replaced),
    }));
  const renamed = wanted.map(replaced);
  return {
    nodes: [...reads.values(), ...running],
    preparation: [...nodes.filter(({ name }) => fixed.has(name)), ...writes],
    writes: writes.map(({ name }) => name),
    kept,
    wanted: renamed,
  };
}

/** Names of the ops that variables alone decide, and of those among them that are worth to be kept. */
function decidedByVariables(nodes: readonly GraphNode[]): { fixed: Set<string>; worth: Set<string> } {
  const fixed = new Set<string>();
  const worth = new Set<string>();
  for (const { op, name, inputs } of nodes) {
    const sources = inputs.flat().map((ref) => parseRef(ref).name);
    const isFixed = op === 'ReadVariableOp' || sources.every((source) => fixed.has(source));
    if (!isFixed || !(PURE.has(op) || FREE.has(op))) continue;
    fixed.add(name);
    if (PURE.has(op) || sources.some((source) => worth.has(source))) worth.add(name);
  }
  return { fixed, worth };
}
