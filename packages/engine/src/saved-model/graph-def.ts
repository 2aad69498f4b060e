import type { GraphNode } from '../capture/rewrite/graph-node.ts';
import { type Attr, AttrKind, type RawTensor } from '../native/native-graph.ts';
import { ProtoMessage } from './protobuf.ts';

/** TensorFlow's number for the format that its 2.x write: what it means when an attribute is left out. */
const PRODUCER = 1087;

/** Nodes as TensorFlow's GraphDef (graph.proto). */
export function graphDef(nodes: readonly GraphNode[]): ProtoMessage {
  const graph = new ProtoMessage();
  for (const node of nodes) graph.bytes(1, nodeDef(node));
  return graph.bytes(4, new ProtoMessage().int(1, PRODUCER));
}

function nodeDef({ op, name, inputs, controls, attrs }: GraphNode): ProtoMessage {
  const node = new ProtoMessage().bytes(1, name).bytes(2, op);
  for (const input of inputs.flat()) node.bytes(3, input);
  for (const control of controls) node.bytes(3, `^${control}`);
  for (const attr of attrs) node.entry(5, attr.name, attrValue(attr));
  return node;
}

/** attr_value.proto */
function attrValue({ name, type, value }: Attr): ProtoMessage {
  const message = new ProtoMessage();
  if (Array.isArray(value) && type !== AttrKind.shape) return message.bytes(1, listValue(type, value));
  switch (type) {
    case AttrKind.string:
      return message.bytes(2, String(value));
    case AttrKind.int:
      return message.int(3, value as number);
    case AttrKind.float:
      return message.float(4, value as number);
    case AttrKind.bool:
      return message.int(5, Boolean(value));
    case AttrKind.type:
      return message.int(6, value as number);
    case AttrKind.shape:
      return message.bytes(7, shapeProto(value as readonly number[]));
    case AttrKind.tensor:
      return message.bytes(8, tensorProto(value as RawTensor));
    default:
      throw new Error(`attribute ${name} is of the unknown kind ${type}`);
  }
}

function listValue(type: number, values: readonly number[]): ProtoMessage {
  const list = new ProtoMessage();
  for (const value of values) {
    if (type === AttrKind.int) list.int(3, value);
    else if (type === AttrKind.float) list.float(4, value);
    else throw new Error(`a list of the unknown kind ${type}`);
  }
  return list;
}

/** tensor_shape.proto; -1 is a size that is not known. */
export function shapeProto(shape: readonly number[]): ProtoMessage {
  const message = new ProtoMessage();
  for (const size of shape) message.bytes(2, new ProtoMessage().int(1, size));
  return message;
}

/** tensor.proto */
function tensorProto({ dtype, shape, data }: RawTensor): ProtoMessage {
  return new ProtoMessage().int(1, dtype).bytes(2, shapeProto(shape)).bytes(4, data);
}
