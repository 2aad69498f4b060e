/** The memory of a batch's typed arrays: what can move to another thread without a copy. */
export function buffersOf(batch: unknown): ArrayBuffer[] {
  if (typeof batch !== 'object' || batch === null) return [];
  const values: unknown[] = ArrayBuffer.isView(batch) ? [batch] : Object.values(batch);
  const buffers = values.filter(isOwnMemory).map(({ buffer }) => buffer);
  // One that has moved already has no length.
  return [...new Set(buffers)].filter(({ byteLength }) => byteLength > 0);
}

/** A Node Buffer may be a piece of a pool that others use, which cannot move: it is copied. */
function isOwnMemory(value: unknown): value is ArrayBufferView<ArrayBuffer> {
  return ArrayBuffer.isView(value) && !Buffer.isBuffer(value) && value.buffer instanceof ArrayBuffer;
}

/** Memory for a batch; what it holds before is undefined. */
export type Allocate = (bytes: number) => ArrayBuffer;

/** Gives out buffers of batches that were consumed, where the size is right, and new ones otherwise. */
export function allocator(spares: readonly ArrayBuffer[]): Allocate {
  const left = new Set(spares);
  return (bytes) => {
    for (const spare of left) {
      if (spare.byteLength !== bytes) continue;
      left.delete(spare);
      return spare;
    }
    return new ArrayBuffer(bytes);
  };
}
