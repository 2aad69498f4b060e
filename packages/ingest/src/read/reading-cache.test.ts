import { join } from 'node:path';
import { encodeTable, Store, sha256, writeFileAtomic } from '@viewgap/artifacts';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/testing.ts';
import { READINGS } from './decoded.ts';
import { ReadingCache } from './reading-cache.ts';

test('readings that another version of viewgap wrote count for nothing, and stop no run', async () => {
  const folder = await temporaryFolder();
  const file = { path: 'film.png', size: 1, mtimeMs: 1 };
  const row = { path: file.path, size: 1, mtime_ms: 1, file_sha256: 'a', reason: 'constant', detail: '' };
  const found = async (shape: typeof READINGS) => {
    const bytes = encodeTable(shape, [row], { 'viewgap.key': 'key' });
    await writeFileAtomic(join(folder, `${sha256(bytes)}.arrow`), bytes);
    return (await ReadingCache.open(folder, 'key', new Store(folder))).find(file);
  };
  const older = READINGS.columns.filter(({ name }) => name !== 'depth');
  expect(await found({ ...READINGS, version: READINGS.version - 1, columns: older })).toBeUndefined();
  expect(await found(READINGS)).toMatchObject({ outcome: 'rejected', reason: 'constant' });
});
