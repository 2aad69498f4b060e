import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/testing.ts';
import { resolveRoot } from './root.ts';

test('a root is relative to the pipeline, absolute, or below an environment variable', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'data/nih'), { recursive: true });
  const nih = join(folder, 'data/nih');
  expect(await resolveRoot('../data/nih', join(folder, 'pipeline'), {})).toBe(nih);
  expect(await resolveRoot(nih, '/elsewhere', {})).toBe(nih);
  expect(await resolveRoot('$NIH', '/elsewhere', { NIH: nih })).toBe(nih);
  expect(await resolveRoot('$DATA/nih', '/elsewhere', { DATA: join(folder, 'data') })).toBe(nih);
});

test('a root that is not there says what to set', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  await expect(resolveRoot('$NIH', folder, {})).rejects.toThrow(
    'an environment variable is not set: NIH (export NIH=/path/to/the/source)',
  );
  await expect(resolveRoot('$NIH', folder, { NIH: 'nih' })).rejects.toThrow(
    'NIH is not an absolute path: nih',
  );
  await expect(resolveRoot('$NIH', folder, { NIH: '/no/such' })).rejects.toThrow(
    'no such folder: /no/such (set NIH to the folder of the source)',
  );
  await expect(resolveRoot('images', folder, {})).rejects.toThrow(
    `no such folder: ${join(folder, 'images')} (correct the source's root in pipeline.json)`,
  );
  await expect(resolveRoot('file', folder, {})).rejects.toThrow('not a folder');
});
