const SHORT = 3;
const LONG = 4;
const SAMPLE_FORMATS = { unsigned: 1, signed: 2, float: 3 } as const;

/** A TIFF of grey values, little endian, in one uncompressed strip. */
export function tiffFile(
  values: Uint16Array | Int16Array | Uint32Array | Float32Array,
  width: number,
  format: keyof typeof SAMPLE_FORMATS,
): Buffer {
  const height = values.length / width;
  const fields: [tag: number, type: number, value: number][] = [
    [256, LONG, width],
    [257, LONG, height],
    [258, SHORT, 8 * values.BYTES_PER_ELEMENT],
    [259, SHORT, 1],
    [262, SHORT, 1],
    [273, LONG, 8],
    [277, SHORT, 1],
    [278, LONG, height],
    [279, LONG, values.byteLength],
    [339, SHORT, SAMPLE_FORMATS[format]],
  ];
  const directory = Buffer.alloc(2 + 12 * fields.length + 4);
  directory.writeUInt16LE(fields.length, 0);
  for (const [i, [tag, type, value]] of fields.entries()) {
    const at = 2 + 12 * i;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(1, at + 4);
    directory.writeUInt32LE(value, at + 8);
  }
  const header = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(header.length + values.byteLength, 4);
  return Buffer.concat([header, Buffer.from(values.buffer), directory]);
}
