import { sha256 } from '@viewgap/artifacts';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { goldenDifference } from '../../../../tools/checks/golden.mjs';
import { goldenInputs } from '../../test/golden-inputs.ts';
import { SETTINGS } from '../../test/testing.ts';
import { wordsOf } from '../dicom/rejection.ts';
import { Pseudonyms } from '../files/pseudonym.ts';
import { RadiographReader, type ReaderSettings } from '../image/radiograph.ts';
import { filmFacts } from './film-facts.ts';
import { READER_VERSION, readerVersion } from './reader-version.ts';

const PSEUDONYMS = new Pseudonyms('0123456789abcdef'.repeat(4));

/** What is kept of a file that was read: its pixels as hashes, its facts as they are. */
async function kept(bytes: Uint8Array, settings: Partial<ReaderSettings>): Promise<unknown> {
  const image = await new RadiographReader({ ...SETTINGS, ...settings }).read(bytes);
  if ('reason' in image) return { reason: image.reason, detail: image.detail, words: wordsOf(image) };
  const { encoded, film, ...facts } = image;
  return { ...facts, encoded: sha256(encoded), film: film && filmFacts(film, PSEUDONYMS) };
}

test('every kind of file is read as the reader of this version read it', async () => {
  const values: Record<string, unknown> = {};
  for (const [name, { bytes, settings }] of await goldenInputs()) values[name] = await kept(bytes, settings);
  const difference = await goldenDifference(
    new URL('../../fixtures/golden-readings.json', import.meta.url),
    {
      versions: { reader: READER_VERSION, sharp: sharp.versions.sharp ?? '', vips: sharp.versions.vips },
      values,
    },
    {
      raise: `READER_VERSION to ${READER_VERSION + 1} in packages/ingest/src/read/reader-version.ts`,
      command: 'npx vitest run src/read/reader-version.test.ts',
    },
  );
  expect(difference).toBe('');
});

test('the version names the reader and the libraries that decode', () => {
  const { sharp: ours, vips } = sharp.versions;
  expect(readerVersion()).toBe(`reader ${READER_VERSION} sharp ${ours} vips ${vips}`);
});
