import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { QUARANTINE_REASONS, type QuarantineReason, sourceConfig } from '@viewgap/contracts';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { drawnFilm } from '../test/dicom-file.ts';
import {
  copyOfFixture,
  ingest,
  nihConfig,
  quarantineOf,
  recordedProgress,
  recordsOf,
  SETTINGS,
  temporaryFolder,
} from '../test/testing.ts';
import { explainIngest } from './explain.ts';

const film = drawnFilm({ SOPInstanceUID: '1.2.1' });
const EDGE = { Rows: 65_535, Columns: 65_535 };

/** A film of every kind that is not used, by the reason that it must get. */
const SPOILT: Readonly<Partial<Record<QuarantineReason, Uint8Array>>> = {
  truncated: film.subarray(0, film.length - 100),
  unreadable: drawnFilm({ SOPInstanceUID: '1.2.3', BitsAllocated: 32 }, 3),
  'not-chest': drawnFilm({ SOPInstanceUID: '1.2.4', BodyPartExamined: 'HIP' }, 4),
  lateral: drawnFilm({ SOPInstanceUID: '1.2.5', ViewPosition: 'LL' }, 5),
  'too-small': drawnFilm({ SOPInstanceUID: '1.2.6' }, 6, 16),
  'several-frames': drawnFilm({ SOPInstanceUID: '1.2.7', NumberOfFrames: '2' }, 7),
  constant: drawnFilm({ SOPInstanceUID: '1.2.8', PixelData: new Uint8Array(2 * 40 * 40) }),
  'over-size': drawnFilm({ SOPInstanceUID: '1.2.9', ...EDGE }, 9),
  'burned-in': drawnFilm({ SOPInstanceUID: '1.2.10', BurnedInAnnotation: 'YES' }, 10),
  'duplicate-file': film,
  'duplicate-image': drawnFilm({ SOPInstanceUID: '1.2.11' }),
  'no-label-row': drawnFilm({ SOPInstanceUID: '1.2.12' }, 12),
};

async function hospital(): Promise<{ root: string; config: ReturnType<typeof sourceConfig.parse> }> {
  const root = await temporaryFolder();
  const names = ['a-film', ...Object.keys(SPOILT)];
  const rows = names.filter((name) => name !== 'no-label-row').map((name) => `${name},`);
  await writeFile(
    join(root, 'labels.csv'),
    ['film,ptx', ...rows, 'a-film,', 'nowhere,', '../a-film,', ''].join('\n'),
  );
  await writeFile(join(root, 'a-film'), film);
  for (const [name, bytes] of Object.entries(SPOILT)) await writeFile(join(root, name), bytes);
  const mapping = { image: 'film', labels: { PTX: { columns: ['ptx'], values: {} } } };
  const config = sourceConfig.parse({
    adapter: 'dicom-folder',
    root,
    table: 'labels.csv',
    joinBy: 'path',
    mapping,
  });
  return { root, config };
}

describe('what is not used is told by its reason', () => {
  test('every kind of film and row that is not, each with the code it must have', async () => {
    const { root, config } = await hospital();
    const artifact = await ingest(await temporaryFolder(), root, {
      name: 'seoul',
      config,
      env: { VIEWGAP_KEY_SEOUL: 'ab'.repeat(32) },
    });
    const rows = ['bad-row', 'duplicate-row', 'no-image'] as const;
    const reasons = [...(Object.keys(SPOILT) as QuarantineReason[]), ...rows].sort();
    const explained = (await explainIngest(artifact.folder)).filter((line) => !line.startsWith(' '));
    expect(explained).toEqual(
      reasons.map((reason) => {
        const kind = rows.some((one) => one === reason) ? 'row' : 'file';
        return `${reason}: 1 ${kind} (${QUARANTINE_REASONS[reason]})`;
      }),
    );
    const { images = 0, rows: read = 0, pairs = 0 } = artifact.manifest.counts;
    const [records, quarantined] = [await recordsOf(artifact), await quarantineOf(artifact)];
    expect(images + read - pairs).toBe(records.length + quarantined.length);
  });

  test('a film twice, as the same file and as the same pixels: both are records, and the second is named', async () => {
    const root = await copyOfFixture();
    const image = (name: string) => join(root, `images/${name}.png`);
    await copyFile(image('00000004_000'), image('00000013_000'));
    await sharp(image('00000004_000')).png({ compressionLevel: 1 }).toFile(image('00000013_001_'));
    await copyFile(image('00000013_001_'), image('00000013_001'));
    const { folder } = await ingest(await temporaryFolder(), root);
    expect((await explainIngest(folder)).slice(0, 3)).toEqual([
      'duplicate-image: 2 files (the same file or pixels as another image)',
      '  00000013_000.png: same file as 00000004_000.png',
      '  00000013_001.png: same pixels as 00000004_000.png',
    ]);
    const run = (share: number) =>
      temporaryFolder().then((work) =>
        ingest(work, root, { config: nihConfig(root, { maxRejected: { 'duplicate-image': share } }) }),
      );
    await expect(run(0.2)).rejects.toThrow(
      '`maxRejected` allows: duplicate-image 2 of 9, allowed 1 (see which',
    );
    await run(0.25);
  });

  test('a film below the bound is too small, one at it is not', async () => {
    const root = await copyOfFixture();
    const reasons = async (minEdge: number) => {
      const artifact = await ingest(await temporaryFolder(), root, { settings: { ...SETTINGS, minEdge } });
      return (await quarantineOf(artifact)).map(({ reason, detail }) => `${reason}: ${detail}`);
    };
    await sharp(join(root, 'images/00000004_000.png')).resize(63, 200).png().toFile(join(root, 'small'));
    await copyFile(join(root, 'small'), join(root, 'images/00000004_000.png'));
    expect(await reasons(64)).toEqual(['too-small: 63 x 200 pixels']);
    expect(await reasons(63)).toEqual([]);
  });
});

test('a film of low contrast is used, is no loss, and is told of', async () => {
  const root = await copyOfFixture();
  const image = join(root, 'images/00000004_000.png');
  // Its values with 16 times as many above them that it never has.
  await writeFile(
    image,
    await sharp(image)
      .linear(1 / 16)
      .png()
      .toBuffer(),
  );
  const lines: string[] = [];
  const artifact = await ingest(await temporaryFolder(), root, {
    config: nihConfig(root, { maxRejected: { any: 0 } }),
    progress: recordedProgress(lines),
  });
  expect(await explainIngest(artifact.folder)).toEqual([
    'every input is used',
    'used, but of low contrast: 1 (98 % of the pixels are within 64 of 256 greys)',
    expect.stringMatching(/^ {2}00000004_000.png: 1\d greys$/),
  ]);
  expect(lines).toContain(
    'ingest nih: 1 used, but of low contrast; see which with --explain or on the sheet',
  );
  expect(await quarantineOf(artifact)).toEqual([]);
});
