import { readFileSync } from 'node:fs';

/** A number that an event file holds. */
export interface ScalarEvent {
  readonly name: string;
  readonly step: number;
  readonly value: number;
}

/**
 * The scalars of a TensorBoard event file, read by the formats' own descriptions: records of TFRecord (length, masked
 * CRC-32C of it, data, masked CRC-32C of them), each an Event of event.proto.
 * @throws Error where a checksum is wrong or the file ends within a record
 */
export function readEvents(path: string): ScalarEvent[] {
  const bytes = readFileSync(path);
  const events: ScalarEvent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    checkMasked(bytes.subarray(at, at + 8), bytes.readUInt32LE(at + 8));
    const data = bytes.subarray(at + 12, at + 12 + length);
    checkMasked(data, bytes.readUInt32LE(at + 12 + length));
    events.push(...scalars(data));
    at += 16 + length;
  }
  return events;
}

/** Event { int64 step = 2; Summary summary = 5 { repeated Value value = 1 } } */
function scalars(event: Buffer): ScalarEvent[] {
  const fields = fieldsOf(event);
  const step = Number(fields.find(({ number }) => number === 2)?.value ?? 0n);
  return messages(fields, 5).flatMap((summary) =>
    messages(fieldsOf(summary), 1).map((value) => ({ step, ...scalar(fieldsOf(value)) })),
  );
}

/** Value { string tag = 1; float simple_value = 2; TensorProto tensor = 8 { float_val = 5; tensor_content = 4 } } */
function scalar(fields: readonly Field[]): { name: string; value: number } {
  const name = messages(fields, 1)[0]?.toString('utf8') ?? '';
  const simple = messages(fields, 2)[0];
  if (simple) return { name, value: simple.readFloatLE() };
  const [tensor] = messages(fields, 8);
  if (!tensor) throw new Error(`${name} is no scalar`);
  const [value] = [...messages(fieldsOf(tensor), 5), ...messages(fieldsOf(tensor), 4)];
  return { name, value: value?.readFloatLE() ?? 0 };
}

interface Field {
  readonly number: number;
  readonly value: bigint | Buffer;
}

function messages(fields: readonly Field[], number: number): Buffer[] {
  return fields.flatMap((field) =>
    field.number === number && Buffer.isBuffer(field.value) ? [field.value] : [],
  );
}

/** The fields of a protobuf message: numbers as numbers, all else as bytes. */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++] as number;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number) => {
    at += length;
    return message.subarray(at - length, at);
  };
  const read = (wire: number): bigint | Buffer => {
    if (wire === 0) return varint();
    if (wire === 1) return take(8);
    if (wire === 2) return take(Number(varint()));
    if (wire === 5) return take(4);
    throw new Error(`wire type ${wire}`);
  };
  while (at < message.length) {
    const key = Number(varint());
    const value = read(key & 7);
    fields.push({ number: key >> 3, value });
  }
  return fields;
}

function checkMasked(bytes: Buffer, stored: number): void {
  const crc = crc32c(bytes);
  const masked = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  if (masked !== stored) throw new Error(`checksum ${stored}, not ${masked}`);
}

/** Castagnoli's polynomial, bit by bit. */
function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
