import { tf } from '@viewgap/engine';

/** As tf.tidy, for a computation whose result holds no tensor: everything that it made is disposed of. */
export function tidyValue<T>(compute: () => T): T {
  const results: T[] = [];
  tf.tidy(() => {
    results.push(compute());
  });
  return results[0] as T;
}
