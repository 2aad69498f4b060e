import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type SourceConfig, sourceConfig } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { drawnFilm } from '../test/dicom-file.ts';
import { ingest, quarantineOf, recordedProgress, recordsOf, temporaryFolder } from '../test/testing.ts';
import { unpack } from '../test/unpacked.ts';
import { workbook } from '../test/workbook.ts';
import { scanSource } from './files/scan.ts';

describe('names of files', () => {
  const film = (AccessionNumber: string, seed: number) =>
    drawnFilm({ SOPInstanceUID: `1.2.${seed}`, PatientID: `p${seed}`, AccessionNumber }, seed);

  async function ingested(files: Readonly<Record<string, string | Uint8Array>>, settings: object) {
    const root = await temporaryFolder();
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(root, dirname(path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    const work = await temporaryFolder();
    const config = sourceConfig.parse({
      adapter: 'dicom-folder',
      root,
      namespace: 'seoul',
      table: 'labels.csv',
      mapping: { image: 'acc', labels: { PTX: { columns: ['ptx'], values: { '1': 1, '0': 0 } } } },
      joinBy: 'AccessionNumber',
      ...settings,
    });
    const lines: string[] = [];
    const artifact = await ingest(work, root, {
      config,
      env: { VIEWGAP_KEY_SEOUL: 'ab'.repeat(32) },
      progress: recordedProgress(lines),
    });
    return { records: await recordsOf(artifact), quarantined: await quarantineOf(artifact), lines };
  }

  test('and of their table are one in both Unicode forms, in folders of any form', async () => {
    const films = { '흉부/김.dcm': film('1', 1), 'b/Müller.dcm': film('2', 2) };
    const decomposed = Object.fromEntries(
      Object.entries(films).map(([path, bytes]) => [path.normalize('NFD'), bytes]),
    );
    const table = 'acc,ptx\n흉부/김.dcm,1\nb/Müller.dcm,0\n';
    const { records, quarantined } = await ingested(
      { ...decomposed, ['라벨.csv'.normalize('NFD')]: table },
      { table: '라벨.csv', joinBy: 'path' },
    );
    expect(quarantined).toEqual([]);
    expect(records).toHaveLength(2);
  });

  test('in the character set of their header are those of the table', async () => {
    const named = (number: string, seed: number) =>
      drawnFilm(
        {
          SpecificCharacterSet: 'ISO_IR 192',
          SOPInstanceUID: `1.2.${seed}`,
          PatientID: `p${seed}`,
          AccessionNumber: number,
        },
        seed,
      );
    const { records, quarantined } = await ingested(
      {
        '1': named('검사0', 1),
        '2': named('검사1'.normalize('NFD'), 2),
        'labels.csv': 'acc,ptx\n검사0,1\n검사1,1\n',
      },
      {},
    );
    expect(quarantined).toEqual([]);
    expect(records).toHaveLength(2);
  });

  const exported = { '1': film('0023041500', 1), '2': film('0023041501', 2), '3': film('77', 3) };
  const numbers = 'acc,ptx\n23041500,1\n23041501.0,0\n77,1\n99,0\n';

  test('whose zeros the table has lost are counted, and joined if pipeline.json says so', async () => {
    const as = await ingested({ ...exported, 'labels.csv': numbers }, {});
    expect(as.records).toHaveLength(1);
    expect(as.lines).toContain(
      'ingest nih: 2 of 3 rows without an image would match without leading zeros and without the decimals of whole numbers: "joinNormalise": ["leadingZeros","decimals"]',
    );
    const { records, quarantined } = await ingested(
      { ...exported, 'labels.csv': numbers },
      { joinNormalise: ['leadingZeros', 'decimals'] },
    );
    expect(records).toHaveLength(3);
    expect(quarantined.map(({ reason }) => reason)).toEqual(['no-image']);
  });

  test('of which none matches: the error says how many would', async () => {
    await expect(
      ingested(
        {
          '1': film('0000100', 1),
          'labels.xlsx': workbook('s', [
            ['acc', 'ptx'],
            [{ value: '100' }, '1'],
          ]),
        },
        { table: 'labels.xlsx' },
      ),
    ).rejects.toThrow(
      '1 of 1 row without an image would match without leading zeros: "joinNormalise": ["leadingZeros"]',
    );
  });

  test('that two films might have are not chosen among', async () => {
    const films = { '1': film('015', 1), '2': film('0015', 2), '3': film('16', 3) };
    const { records } = await ingested(
      { ...films, 'labels.csv': 'acc,ptx\n15,1\n16,0\n' },
      { joinNormalise: ['leadingZeros'] },
    );
    expect(records).toHaveLength(1);
  });
});

/** Only Linux keeps names as bytes. */
const KEEPS_BYTES = process.platform === 'linux';

describe('a name that is not UTF-8, as archives from Windows leave them', () => {
  const bytes = (root: string, ...names: readonly (string | number[])[]) =>
    Buffer.concat([
      Buffer.from(root),
      ...names.flatMap((name) => [Buffer.from('/'), Buffer.from(name as string)]),
    ]);
  /** `김` in CP949 */
  const KIM = [0xb1, 0xe8];
  const DETAIL = 'a name that is not UTF-8: rename it, as convmv does';

  test.skipIf(!KEEPS_BYTES)('sets its file or folder aside and no other', async () => {
    const root = await temporaryFolder();
    await unpack(root, { 'a.png': 0, 'b/b.png': 1, 'labels.csv': 'film,ptx\na.png,1\nb.png,0\n김.png,1\n' });
    await mkdir(bytes(root, KIM));
    await copyFile(join(root, 'a.png'), bytes(root, KIM, 'c.png'));
    await copyFile(join(root, 'a.png'), bytes(root, [...KIM, ...Buffer.from('.png')]));
    const mapping = { image: 'film', labels: { PTX: { columns: ['ptx'], values: { '1': 1, '0': 0 } } } };
    for (const isPublic of [true, false]) {
      const config = { adapter: 'png-folder', table: 'labels.csv', public: isPublic, mapping };
      const { records, quarantined } = await readAll(root, sourceConfig.parse({ root, ...config }));
      expect(records).toHaveLength(2);
      expect(quarantined.map(({ reason, detail }) => `${reason}: ${detail}`).sort()).toEqual([
        expect.stringContaining('no-image'),
        `unreadable: ${DETAIL}`,
        `unreadable: ${DETAIL}`,
      ]);
    }
  });

  test.skipIf(!KEEPS_BYTES)('is told when a source is listed', async () => {
    const root = await temporaryFolder();
    await unpack(root, { a: 0, 'labels.csv': 'film,ptx\na,1\n' });
    await copyFile(join(root, 'a'), bytes(root, KIM));
    const mapping = { image: 'film', labels: { PTX: { columns: ['ptx'], values: { '1': 1, '0': 0 } } } };
    const config = sourceConfig.parse({ adapter: 'dicom-folder', root, table: 'labels.csv', mapping });
    const lines: string[] = [];
    const progress = recordedProgress(lines);
    const [out, env] = [join(await temporaryFolder(), 'listing.json'), { VIEWGAP_KEYS: join(root, '.keys') }];
    await scanSource({ name: 's', config, pipelineFolder: root, env, out, progress });
    expect(lines.at(-1)).toBe(`scan s: 1 image, ${DETAIL}: 1 file or folder`);
  });
});

async function readAll(root: string, config: SourceConfig) {
  const work = await temporaryFolder();
  const env = { VIEWGAP_KEYS: join(work, 'keys') };
  const artifact = await ingest(work, root, { config, env });
  return { records: await recordsOf(artifact), quarantined: await quarantineOf(artifact) };
}
