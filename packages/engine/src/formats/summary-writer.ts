import { NATIVE_BACKEND } from '../backends/native-engine.ts';
import { nodeBackend } from '../tf/node-backend.ts';
import { tf } from '../tf/tf.ts';

/** Writes numbers for TensorBoard. */
export interface SummaryWriter {
  /** @param step a whole number below 2^31: the place on the axis */
  scalar(name: string, value: number, step: number): void;
  /** Puts what was written on the disk. */
  flush(): void;
  /** Flushes, and ends the file. */
  close(): void;
}

const QUEUED = 100;
const FLUSH_MS = 10_000;

/**
 * An event file in a folder, which is made where it is not there, written by TensorFlow's own summary writer; null on
 * engines that have none. Its name and its events carry the time.
 */
export function summaryWriter(folder: string): SummaryWriter | null {
  if (tf.getBackend() !== NATIVE_BACKEND) return null;
  const backend = nodeBackend();
  const file = tf.tidy(() => {
    const resource = backend.summaryWriter(folder);
    backend.createSummaryFileWriter(resource, folder, QUEUED, FLUSH_MS);
    return tf.keep(resource);
  });
  return {
    scalar: (name, value, step) => backend.writeScalarSummary(file, step, name, value),
    flush: () => backend.flushSummaryWriter(file),
    close() {
      backend.executeMultipleOutputs('CloseSummaryWriter', [], [file], 0);
      file.dispose();
    },
  };
}
