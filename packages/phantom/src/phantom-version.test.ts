import { gunzipSync } from 'node:zlib';
import { canonicalJson, sha256 } from '@viewgap/artifacts';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { goldenDifference } from '../../../tools/checks/golden.mjs';
import { type GoldenRequest, goldenRequests } from '../test/golden-requests.ts';
import type { PhantomFile } from './files/layout.ts';
import { phantomFiles } from './layouts.ts';
import { PHANTOM_VERSION, phantomVersion } from './phantom-version.ts';

/** Compressed bytes may differ from machine to machine: of pictures the pixels count, of packed tables what they hold. */
async function contentOf({ path, bytes }: PhantomFile): Promise<string> {
  if (path.endsWith('.gz')) return sha256(gunzipSync(bytes));
  if (!/\.(png|jpg)$/.test(path)) return sha256(bytes);
  const { exif } = await sharp(bytes).metadata();
  const picture = await sharp(bytes)
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true })
    .catch(() => null);
  if (picture === null) return 'cut short';
  const { width, height, channels } = picture.info;
  return sha256(canonicalJson({ width, height, channels }), exif ?? '', picture.data);
}

async function drawn({ source, phantom }: GoldenRequest): Promise<string> {
  const files: [string, string][] = [];
  for await (const file of phantomFiles(source, phantom)) files.push([file.path, await contentOf(file)]);
  return `${files.length} files ${sha256(canonicalJson(files))}`;
}

test('every layout is drawn as the phantoms of this version drew it', async () => {
  const values: Record<string, unknown> = {};
  for (const [name, request] of goldenRequests()) values[name] = await drawn(request);
  const difference = await goldenDifference(
    new URL('../fixtures/golden-phantoms.json', import.meta.url),
    { versions: { phantom: PHANTOM_VERSION, sharp: sharp.versions.sharp ?? '' }, values },
    {
      raise: `PHANTOM_VERSION to ${PHANTOM_VERSION + 1} in packages/phantom/src/phantom-version.ts`,
      command: 'npx vitest run src/phantom-version.test.ts',
    },
  );
  expect(difference).toBe('');
});

test('another request has another version, the same one the same', () => {
  expect(phantomVersion({ images: 1 })).toBe(phantomVersion({ images: 1 }));
  expect(phantomVersion({ images: 1 })).not.toBe(phantomVersion({ images: 2 }));
});
