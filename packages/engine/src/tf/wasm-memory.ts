import { EngineError } from '../system/engine-error.ts';
import { tf } from './tf.ts';

/** The engine has no memory left for what it was asked to compute. */
export class OutOfMemoryError extends EngineError {}

/** More at once the module (tfjs 4.22) takes for a negative number, and gives memory that others have. */
const MOST_AT_ONCE = 2 ** 31 - 1;
/** Largest memory of a WebAssembly module with addresses of 32 bits. */
const MOST_MIB = 4096;

function outOfMemory(cause?: unknown): OutOfMemoryError {
  const used = Math.round(tf.memory().numBytes / 2 ** 20);
  return new OutOfMemoryError(
    'the WASM engine has no memory left',
    `${used} MiB of tensors, where WebAssembly has ${MOST_MIB} MiB`,
    'take fewer or smaller images at a time, or the native engine',
    { cause },
  );
}

interface WasmBackend {
  readonly wasm: { _malloc(bytes: number): number; _free(address: number): void };
}

/** The backend (tfjs 4.22) writes to address 0 where it is given no memory: an allocation that fails must throw. */
export function refuseFailedAllocations(): void {
  const { wasm } = tf.backend() as unknown as WasmBackend;
  // Its first call puts the module's own function in its place.
  wasm._free(wasm._malloc(1));
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = bytes > MOST_AT_ONCE ? 0 : allocate(bytes);
    if (address === 0 && bytes > 0) throw outOfMemory();
    return address;
  };
}

/** What a step has thrown; where the module aborted, which it does when a kernel has no memory, as what it means. */
export function asOutOfMemory(error: unknown): unknown {
  const aborted = error instanceof Error && error.name === 'RuntimeError' && /^Aborted/.test(error.message);
  return aborted ? outOfMemory(error) : error;
}
