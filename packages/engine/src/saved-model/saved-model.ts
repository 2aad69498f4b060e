import { nativeGraph } from '../backends/native-engine.ts';
import { type Recording, recordStep } from '../capture/record/recording.ts';
import { dtypeNumber, type InputSpec, type Step } from '../capture/record/step.ts';
import { constantAttrs, type GraphNode } from '../capture/rewrite/graph-node.ts';
import { DType, type Ref } from '../native/native-graph.ts';
import { EngineError } from '../system/engine-error.ts';
import type { tf } from '../tf/tf.ts';
import { anyBatch } from './any-batch.ts';
import { graphDef, shapeProto } from './graph-def.ts';
import { ProtoMessage } from './protobuf.ts';

export interface SavedModelOptions {
  /** name of the one input in the signature */
  readonly input: string;
  /** of one image, without the batch; float32 unless the type is given */
  readonly spec: InputSpec;
  /** all that the step reads, by name; their values are in the graph as constants */
  readonly variables: Readonly<Record<string, tf.Variable>>;
}

/** Two sizes that no size of an image is likely to be taken for: where they differ, it is the batch. */
const SIZES = [2, 3] as const;
const METHOD = 'tensorflow/serving/predict';

/**
 * A function as TensorFlow's SavedModel: the bytes of saved_model.pb, which with nothing beside it is a whole SavedModel
 * for batches of any size, with the signature `serving_default`. It holds TensorFlow's own ops only.
 * @param step from [batch, ...shape] to named outputs, whose first axis is the batch; it changes no variable
 * @throws EngineError where the engine in use is not the native one
 */
export function savedModel<R extends Readonly<Record<string, tf.Tensor>>>(
  step: Step<R>,
  { input, spec, variables }: SavedModelOptions,
): Uint8Array {
  const addon = nativeGraph();
  if (addon === null) {
    throw new EngineError(
      'a SavedModel is written by the native engine alone',
      'another is in use',
      'npx viewgap doctor says why; export safetensors instead',
    );
  }
  const [recording, other] = SIZES.map((size) =>
    recordStep(addon, step, { inputs: [{ ...spec, shape: [size, ...spec.shape] }], variables }),
  ) as [Recording, Recording];
  if (recording.updates.length > 0) throw new Error('a saved function changes a variable');
  const [placeholder] = recording.inputs as readonly [Ref];
  const nodes = anyBatch(recording.nodes, other.nodes, SIZES, placeholder).map((node) =>
    node.op === 'ReadVariableOp' ? frozen(node, variables) : node,
  );
  const dtypeOf = new Map(
    recording.nodes.flatMap(({ name, outputs }) =>
      outputs.slice(0, 1).map(({ dtype, shape }) => [name, { dtype, shape }] as const),
    ),
  );
  const signature = new ProtoMessage()
    .entry(1, input, tensorInfo(placeholder, dtypeNumber(spec), [-1, ...spec.shape]))
    .bytes(3, METHOD);
  for (const { name, ref } of recording.results) {
    const { dtype, shape } = dtypeOf.get(ref) ?? { dtype: DType.float32, shape: [] };
    signature.entry(2, name, tensorInfo(ref, dtype, [-1, ...shape.slice(1)]));
  }
  const metaGraph = new ProtoMessage()
    .bytes(1, new ProtoMessage().bytes(4, 'serve'))
    .bytes(2, graphDef(nodes))
    .entry(5, 'serving_default', signature);
  return new ProtoMessage().int(1, 1).bytes(2, metaGraph).encode();
}

/** A variable's value in the place where it is read. */
function frozen(node: GraphNode, variables: SavedModelOptions['variables']): GraphNode {
  const variable = variables[node.name.slice('read/'.length)];
  if (variable === undefined) throw new Error(`${node.name} reads no variable that was named`);
  const data = variable.dataSync<'float32'>();
  const value = {
    dtype: DType.float32,
    shape: variable.shape,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
  return { ...node, op: 'Const', inputs: [], attrs: constantAttrs(value) };
}

function tensorInfo(ref: Ref, dtype: number, shape: readonly number[]): ProtoMessage {
  return new ProtoMessage()
    .bytes(1, ref.includes(':') ? ref : `${ref}:0`)
    .int(2, dtype)
    .bytes(3, shapeProto(shape));
}
