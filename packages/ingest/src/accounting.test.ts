import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sourceConfig } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { drawnFilm } from '../test/dicom-file.ts';
import { ingest, quarantineOf, recordedProgress, recordsOf, temporaryFolder } from '../test/testing.ts';
import { explainIngest } from './explain.ts';

const PTX = { columns: ['ptx'], values: { '1': 1, '0': 0 } };
const film = (uid: string, seed: number, elements = {}) =>
  drawnFilm({ SOPInstanceUID: uid, PatientID: `p${seed}`, ...elements }, seed);
const FILMS = { 'a/1': film('1.2.1', 1), 'a/2': film('1.2.2', 2), 'b/3': film('1.2.3', 3) };
const TABLE = 'uid,ptx\n1.2.1,1\n1.2.2,0\n1.2.3,1\n';

async function ingested(files: Readonly<Record<string, string | Uint8Array>>, settings: object = {}) {
  const root = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const config = sourceConfig.parse({
    adapter: 'dicom-folder',
    root,
    namespace: 'seoul',
    table: 'labels.csv',
    mapping: { image: 'uid', labels: { PTX } },
    ...settings,
  });
  const work = await temporaryFolder();
  const lines: string[] = [];
  const run = ingest(work, root, {
    name: 's',
    config,
    env: { VIEWGAP_KEY_SEOUL: 'ab'.repeat(32) },
    progress: recordedProgress(lines),
  });
  return { run, lines, out: join(work, 'ingest') };
}

describe('an image that cannot be used and its row are one input', () => {
  const cut = (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 100);

  test.each([
    ['cut', cut(film('1.2.2', 2))],
    ['no chest', film('1.2.2', 2, { BodyPartExamined: 'HIP' })],
    ['constant', film('1.2.2', 2, { PixelData: new Uint8Array(2 * 40 * 40) })],
    ['of several frames', film('1.2.2', 2, { NumberOfFrames: '2' })],
  ])('where it is %s', async (_, bytes) => {
    const files = { ...FILMS, 'a/2': bytes, 'labels.csv': TABLE };
    const { run, lines } = await ingested(files, { maxRejected: { any: 0.34, 'no-image': 0 } });
    const artifact = await run;
    expect(await recordsOf(artifact)).toHaveLength(2);
    expect(await quarantineOf(artifact)).toHaveLength(1);
    expect(artifact.manifest.counts).toMatchObject({
      images: 3,
      rows: 3,
      pairs: 3,
      records: 2,
      quarantined: 1,
    });
    expect(lines).toContain('ingest s: 3 files read, 2 records, 1 quarantined: 1 of 3 images, 0 of 3 rows');
  });

  test('by its accession number, too', async () => {
    const acc = (bytes: string, seed: number, more = {}) =>
      film(`1.2.${seed}`, seed, { AccessionNumber: bytes, ...more });
    const files = {
      1: acc('A', 1),
      2: acc('B', 2, { Modality: 'DOC' }),
      'labels.csv': 'uid,ptx\nA,1\nB,0\n',
    };
    const { run } = await ingested(files, { joinBy: 'AccessionNumber' });
    expect((await quarantineOf(await run)).map(({ reason }) => reason)).toEqual(['not-chest']);
  });
});

describe('a further table', () => {
  const overlay = (text: string) => ({ ...FILMS, 'labels.csv': TABLE, 'more/ov.csv': text });
  const settings = { overlays: [{ name: 'expert', table: 'more/ov.csv', image: 'uid', labels: { PTX } }] };
  const idMap = { idMap: { table: 'more/ov.csv', image: 'uid', patient: 'pid' } };

  test('is no image', async () => {
    const { run, lines } = await ingested(overlay('uid,ptx\n1.2.1,0\n1.2.9,1\n'), settings);
    const artifact = await run;
    expect(await quarantineOf(artifact)).toEqual([]);
    expect(artifact.manifest.counts).toMatchObject({ images: 3, records: 3 });
    expect(lines).toContain('ingest s: overlay expert: 1 of 2 rows names an image of the label table');
  });

  test.each([
    ['suffixes', 'uid,ptx\n1.2.1.dcm,0\n1.2.2.dcm,1\n', '2 would without suffixes such as .dcm'],
    ['folders', 'uid,ptx\nx/1.2.1,0\nx/1.2.2,1\n', '2 would without the folders before the names'],
    ['other names', 'uid,ptx\n7,0\n8,1\n', 'write both tables with the same names'],
  ])('that names no image, for its %s, is an error', async (_, text, cure) => {
    const { run } = await ingested(overlay(text), settings);
    await expect(run).rejects.toThrow(
      `no row of the overlay expert names an image of the label table: more/ov.csv: 0 of 2 rows (${cure}`,
    );
  });

  test('of patients likewise, in words that quote none', async () => {
    const { run } = await ingested(overlay('uid,pid\nKIM,1\n'), idMap);
    await expect(run).rejects.toThrow(
      'no row of the id map names an image of the label table: more/ov.csv: 0 of 1 row (write both',
    );
  });
});

test('where nothing can be used, files and rows are told apart, and all are listed', async () => {
  const { run, out } = await ingested({ ...FILMS, 'labels.csv': 'uid,ptx\n7,1\n8,0\n' });
  await expect(run).rejects.toThrow(
    /\(3 files: 3 no-label-row; 2 rows: 2 no-image; see which with --explain\)$/,
  );
  const lines = await explainIngest(out);
  expect(lines.filter((line) => !line.startsWith(' '))).toEqual([
    'no-label-row: 3 files (an image without a row in the label table)',
    'no-image: 2 rows (a row of the label table without an image)',
  ]);
  expect(lines).toHaveLength(7);
});
