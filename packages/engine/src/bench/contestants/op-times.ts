/** Time that the ops of one type took in a step. */
export interface OpTime {
  readonly op: string;
  /** How many of them ran. */
  readonly count: number;
  /** Milliseconds of all of them; several may run at once. */
  readonly ms: number;
}

/** The types of op of a profiled step, slowest first. @param metadata TensorFlow's serialised RunMetadata */
export function opTimes(metadata: Uint8Array): OpTime[] {
  const byOp = new Map<string, { count: number; ms: number }>();
  for (const { op, ms } of nodeTimes(metadata)) {
    const sum = byOp.get(op) ?? { count: 0, ms: 0 };
    byOp.set(op, { count: sum.count + 1, ms: sum.ms + ms });
  }
  return [...byOp].map(([op, sum]) => ({ op, ...sum })).sort((a, b) => b.ms - a.ms);
}

/** The mean over several steps of the same graph. */
export function meanOpTimes(steps: readonly (readonly OpTime[])[]): OpTime[] {
  const sums = new Map<string, { count: number; ms: number }>();
  for (const { op, count, ms } of steps.flat()) {
    const sum = sums.get(op) ?? { count: 0, ms: 0 };
    sums.set(op, { count: sum.count + count, ms: sum.ms + ms });
  }
  const mean = (sum: number) => sum / steps.length;
  return [...sums]
    .map(([op, { count, ms }]) => ({ op, count: mean(count), ms: mean(ms) }))
    .sort((a, b) => b.ms - a.ms);
}

/** Field numbers of tensorflow/core/framework/step_stats.proto, and of RunMetadata in tensorflow/core/protobuf/config.proto. */
const STEP_STATS = 1;
const DEV_STATS = 1;
const NODE_STATS = 2;
const NODE = { name: 1, startMicros: 3, endMicros: 4, label: 8 } as const;

function* nodeTimes(metadata: Uint8Array): Generator<{ op: string; ms: number }> {
  for (const step of messages(metadata, STEP_STATS)) {
    for (const device of messages(step, DEV_STATS)) {
      for (const node of messages(device, NODE_STATS)) yield nodeTime(node);
    }
  }
}

function nodeTime(node: Uint8Array): { op: string; ms: number } {
  const values = new Map([...fields(node)].map(({ number, value }) => [number, value]));
  const micros = (number: number) => Number(values.get(number) ?? 0);
  const text = (number: number) => new TextDecoder().decode(values.get(number) as Uint8Array | undefined);
  // A label reads `name = Op(inputs)`; what has none, such as a copy between devices, goes by its name.
  const op = /= (\w+)\(/.exec(text(NODE.label))?.[1] ?? text(NODE.name);
  return { op, ms: (micros(NODE.endMicros) - micros(NODE.startMicros)) / 1000 };
}

function* messages(message: Uint8Array, wanted: number): Generator<Uint8Array> {
  for (const { number, value } of fields(message)) {
    if (number === wanted && value instanceof Uint8Array) yield value;
  }
}

interface Field {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/** The fields of a protobuf message in the order of its bytes (protobuf.dev/programming-guides/encoding). */
function* fields(message: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at];
      if (byte === undefined) throw new RangeError('a protobuf message is cut off');
      at += 1;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const bytes = (length: number): Uint8Array => {
    at += length;
    if (at > message.length) throw new RangeError('a protobuf message is cut off');
    return message.subarray(at - length, at);
  };
  const readers: Readonly<Record<number, () => bigint | Uint8Array>> = {
    0: varint,
    1: () => bytes(8),
    2: () => bytes(Number(varint())),
    5: () => bytes(4),
  };
  while (at < message.length) {
    const tag = Number(varint());
    const read = readers[tag & 7];
    if (!read) throw new RangeError(`a protobuf message has a field of wire type ${tag & 7}`);
    yield { number: tag >> 3, value: read() };
  }
}
