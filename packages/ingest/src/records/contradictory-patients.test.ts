import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SourceConfig, sourceConfig } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { drawnFilm, type Elements } from '../../test/dicom-file.ts';
import { ingest, quarantineOf, recordedProgress, recordsOf, temporaryFolder } from '../../test/testing.ts';
import { explainIngest } from '../explain.ts';

const MAPPING = {
  image: 'film',
  patient: 'who',
  sex: 'sex',
  age: 'age',
  labels: { PTX: { columns: ['ptx'], values: { '1': 1, '0': 0 } } },
};
const TABLE = ['film,who,sex,age,ptx', ...[1, 2, 3, 4].map((film) => `${film}.dcm,P${film},,,1`)];
const HOSPITAL = { adapter: 'dicom-folder', joinBy: 'path' };
const HEADER = { PatientID: '', PatientSex: '', PatientAge: '' };

/** Reads four films of the patients P1 to P4, whose headers are changed, with a table whose rows are. */
async function ingested(
  headers: Readonly<Record<number, Elements>>,
  rows: Readonly<Record<number, string>>,
  settings: object = HOSPITAL,
) {
  const root = await temporaryFolder();
  for (const film of [1, 2, 3, 4]) {
    const elements = { ...HEADER, PatientID: `P${film}`, SOPInstanceUID: `1.2.${film}`, ...headers[film] };
    await writeFile(join(root, `${film}.dcm`), drawnFilm(elements, film));
  }
  await writeFile(join(root, 'labels.csv'), TABLE.map((row, i) => rows[i] ?? row).join('\n'));
  await writeFile(join(root, 'map.csv'), 'film,who\n2.dcm,P9\n');
  const given = { root, namespace: 'seoul', table: 'labels.csv', mapping: MAPPING, ...settings };
  const config: SourceConfig = sourceConfig.parse(given);
  const work = await temporaryFolder();
  const lines: string[] = [];
  const progress = recordedProgress(lines);
  const env = { VIEWGAP_KEY_SEOUL: 'ab'.repeat(32) };
  const artifact = await ingest(work, root, { name: 's', config, env, progress });
  const warnings = (await recordsOf(artifact)).map((record) => record.warnings).filter((one) => one !== null);
  const aside = (await quarantineOf(artifact)).map(({ reason, detail }) => `${reason}: ${detail}`);
  const { images = 0, rows: all = 0, pairs = 0, records = 0, quarantined = 0 } = artifact.manifest.counts;
  expect(images + all - pairs, 'every file and row is accounted for').toBe(records + quarantined);
  return { records, warnings, aside, lines, explained: await explainIngest(artifact.folder) };
}

describe('a film whose header and row name different patients', () => {
  const LINE =
    'ingest s: 1 film left out: header and row name different patients; see which with --explain, "patientIds": "as-given" takes the table\'s word';

  test('is set aside, for its labels may be of another patient', async () => {
    const { records, aside, lines, explained } = await ingested({}, { 2: '2.dcm,P9,,,0' });
    expect(records).toBe(3);
    expect(aside).toEqual(['contradictory-patient: its row: labels.csv:3']);
    expect(lines).toContain(LINE);
    expect(explained).toContain(
      'contradictory-patient: 1 file (an image whose header and row name different patients)',
    );
  });

  test('is used, and marked, where pipeline.json says that the ids hold', async () => {
    const { records, warnings, aside, lines } = await ingested(
      {},
      { 2: '2.dcm,P9,,,0' },
      { ...HOSPITAL, patientIds: 'as-given' },
    );
    expect([records, warnings, aside]).toEqual([4, ['other-patient'], []]);
    expect(lines).toContain(
      'ingest s: 1 used, but other-patient (the header names another patient than the table, whose word is taken); see which with --explain',
    );
  });

  test('is used, and marked, where headers and table have ids of different origins', async () => {
    const { records, warnings, lines } = await ingested(
      { 1: { PatientID: 'anon-7' }, 2: { PatientID: 'anon-8' }, 3: { PatientID: 'anon-9' } },
      {},
    );
    expect([records, warnings]).toEqual([4, ['other-patient', 'other-patient', 'other-patient']]);
    expect(lines).not.toContain(LINE);
  });

  test('is used, and marked, where an id map names the patient', async () => {
    const idMap = { table: 'map.csv', image: 'film', patient: 'who' };
    const { records, warnings, aside } = await ingested({}, {}, { ...HOSPITAL, idMap });
    expect([records, warnings, aside]).toEqual([4, ['other-patient'], []]);
  });

  test.each([
    ['has lost its zeros in the table', { PatientID: '0015' }, '2.dcm,15,,,0'],
    ['has a decimal there', { PatientID: '15' }, '2.dcm,15.0,,,0'],
    ['is nobody in the header', { PatientID: 'ANONYMOUS' }, '2.dcm,P9,,,0'],
    ['is nobody in the table', { PatientID: 'P7' }, '2.dcm,,,,0'],
  ])('is none where the id %s', async (_, header, row) => {
    const { records, warnings, aside } = await ingested({ 2: header }, { 2: row });
    expect([records, warnings, aside]).toEqual([4, [], []]);
  });
});

describe('a film whose header and row contradict each other on', () => {
  test.each([
    ['the sex', { PatientSex: 'F' }, '2.dcm,P2,M,,0', ['other-sex']],
    ['the age', { PatientAge: '041Y' }, '2.dcm,P2,,44,0', ['other-age']],
    ['both', { PatientAge: '041Y', PatientSex: 'F' }, '2.dcm,P2,M,20,0', ['other-sex other-age']],
    ['nothing', { PatientAge: '041Y', PatientSex: 'F' }, '2.dcm,P2,F,43,0', []],
    ['nothing that both tell', { PatientAge: '041Y', PatientSex: 'O' }, '2.dcm,P2,M,,0', []],
  ])('%s is used and marked', async (_, header, row, marks) => {
    const { records, warnings } = await ingested({ 2: header }, { 2: row });
    expect([records, warnings]).toEqual([4, marks]);
  });
});
