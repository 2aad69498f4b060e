import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defaultCacheDir } from '../src/install/build/cache-dir.ts';

/** The unpacked TensorFlow that `viewgap prepare` left in the user's cache; null where it could not be had. */
export function cachedTensorFlow(): string | null {
  const cache = defaultCacheDir(process.env);
  if (!existsSync(cache)) return null;
  const name = readdirSync(cache).find((entry) => /^tensorflow-.*-cpu-[0-9a-f]{8}$/.test(entry));
  return name === undefined ? null : join(cache, name);
}
