/** Writes a message of protocol buffers' wire format, field by field. */
export class ProtoMessage {
  readonly #parts: Uint8Array[] = [];

  /** int32, int64, enum or bool. */
  int(field: number, value: number | boolean): this {
    this.#parts.push(varint(BigInt(field) << 3n), varint(BigInt(value)));
    return this;
  }

  float(field: number, value: number): this {
    this.#parts.push(varint((BigInt(field) << 3n) | 5n), new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  /** A string, bytes or another message. */
  bytes(field: number, value: string | Uint8Array | ProtoMessage): this {
    const bytes =
      value instanceof ProtoMessage ? value.encode() : typeof value === 'string' ? Buffer.from(value) : value;
    this.#parts.push(varint((BigInt(field) << 3n) | 2n), varint(BigInt(bytes.length)), bytes);
    return this;
  }

  /** An entry of a map whose keys are strings. */
  entry(field: number, key: string, value: ProtoMessage): this {
    return this.bytes(field, new ProtoMessage().bytes(1, key).bytes(2, value));
  }

  encode(): Uint8Array {
    return Buffer.concat(this.#parts);
  }
}

/** Seven bits a byte, the lowest first; a negative number is one of 64 bits. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
