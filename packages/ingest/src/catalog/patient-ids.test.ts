import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sourceConfig } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { build, query } from '../../test/catalog-fixture.ts';
import { drawnFilm } from '../../test/dicom-file.ts';
import { ingest, recordedProgress, recordsOf, temporaryFolder } from '../../test/testing.ts';
import { idForm } from '../tables/id-form.ts';

const CURE =
  '(name the column of patients or an `idMap`; else `"patientIds": "as-given"` of the source goes on with these ids, and "ignored" takes each film for a patient of its own)';
const SINGLE =
  'if patients have several films, these ids do not tell patients apart, and the split is not by patient';

let seed = 0;

/** Films whose headers name these patients, one film each, as a hospital's source. */
async function hospital(
  work: string,
  name: string,
  patients: readonly string[],
  settings: object = {},
): Promise<{ folder: string; lines: string[] }> {
  const root = join(work, 'data', name);
  let table = 'uid,ptx\n';
  for (const [i, PatientID] of patients.entries()) {
    const SOPInstanceUID = `1.2.${++seed}`;
    const path = join(root, `${i}.dcm`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, drawnFilm({ SOPInstanceUID, PatientID }, seed));
    table += `${SOPInstanceUID},${i % 2}\n`;
  }
  await writeFile(join(root, 'labels.csv'), table);
  const config = sourceConfig.parse({
    adapter: 'dicom-folder',
    root,
    namespace: 'seoul',
    table: 'labels.csv',
    mapping: { image: 'uid', labels: { PTX: { columns: ['ptx'], values: { '1': 1, '0': 0 } } } },
    ...settings,
  });
  const lines: string[] = [];
  const { folder } = await ingest(work, root, {
    name,
    config,
    env: { VIEWGAP_KEY_SEOUL: 'ab'.repeat(32) },
    out: join(work, 'runs', name),
    cacheDir: join(work, 'cache', name),
    progress: recordedProgress(lines),
  });
  return { folder, lines: lines.filter((line) => line.startsWith(`ingest ${name}: `)) };
}

/** The catalog of these sources alone, by their names, and what it says of patients. */
async function catalogOf(work: string, sources: Readonly<Record<string, { folder: string }>>, looks = false) {
  const lines: string[] = [];
  const folders = Object.fromEntries(Object.entries(sources).map(([name, { folder }]) => [name, folder]));
  const config = {
    seed: 0,
    splits: { train: 0.5, val: 0.25, test: 0.25 },
    overlap: 'refuse',
    lookAlikes: looks,
  } as const;
  const catalog = await build(work, folders, { config, progress: recordedProgress(lines) });
  return { catalog, lines: lines.filter((line) => line.startsWith('catalog: ')) };
}

describe('a catalog whose patient ids tell nothing apart stops', () => {
  test.each([
    ['are empty', ['', '', ''], '3 of 3 films have no patient id'],
    ['are all the same', ['P1', 'P1', 'P1'], 'all 3 films with a patient id have the same one'],
    ['are words for nobody', ['ANONYMOUS', 'Anonymized', '0000', 'XXX'], '4 of 4 films have no patient id'],
    ['are of one patient mostly', ['A', 'A', 'A', 'B', 'C'], 'one patient id has 3 of 5 films'],
    [
      'are the same where they are not empty',
      ['', '', 'A', 'A'],
      'all 2 films with a patient id have the same one',
    ],
  ])('ids that %s', async (_, patients, fault) => {
    const work = await temporaryFolder();
    const s = await hospital(work, 's', patients);
    expect(s.lines).toContain(`ingest s: ${fault}: the catalog stops at that; ${CURE.slice(1, -1)}`);
    await expect(catalogOf(work, { s })).rejects.toThrow(
      `patient ids that cannot tell patients apart: s: ${fault} ${CURE}`,
    );
  });

  test('unless pipeline.json takes them as they are given', async () => {
    const work = await temporaryFolder();
    const s = await hospital(work, 's', ['A', 'A', 'A', 'B', 'C'], { patientIds: 'as-given' });
    const { catalog } = await catalogOf(work, { s });
    expect(catalog.manifest.counts).toMatchObject({ images: 5, patients: 3 });
  });

  test('or ignores them: each film is a patient of its own', async () => {
    const work = await temporaryFolder();
    const s = await hospital(work, 's', ['P1', 'P1', 'P1'], { patientIds: 'ignored' });
    const { catalog, lines } = await catalogOf(work, { s });
    expect(catalog.manifest.counts).toMatchObject({ images: 3, patients: 3 });
    expect(lines).toContain(
      'catalog: s: 3 films of 3 without a patient id: each counts as a patient of its own',
    );
    expect(await query(catalog, `select note from flow where name = 'records'`)).toEqual([
      { note: '3 without a patient id, each of which counts as a patient of its own' },
    ]);
  });

  test('not for a few films without an id, or one film for each patient, which are said', async () => {
    const work = await temporaryFolder();
    const s = await hospital(work, 's', ['A', 'B', 'C', '']);
    const lines = [
      '1 film of 4 without a patient id: it counts as a patient of its own',
      `one film for each patient (3 of 3): ${SINGLE}`,
    ];
    expect(s.lines).toEqual(expect.arrayContaining(lines.map((line) => `ingest s: ${line}`)));
    const catalog = await catalogOf(work, { s });
    expect(catalog.lines).toEqual(expect.arrayContaining(lines.map((line) => `catalog: s: ${line}`)));
  });
});

describe('ids that differ in what spreadsheets change', () => {
  test('have one form', () => {
    const forms = ['0015', '15', '15.0', ' 15', '015.00', '000'].map(idForm);
    expect(forms).toEqual(['15', '15', '15', '15', '15', '0']);
    expect(['A015', '15.5', '1.2.840', 'x'].map(idForm)).toEqual(['A015', '15.5', '1.2.840', 'x']);
  });

  test('are one patient, in one split', async () => {
    const work = await temporaryFolder();
    const a = await hospital(work, 'a', ['0015', '0015', '22', '33']);
    const b = await hospital(work, 'b', ['15', '15', '44', '55']);
    const { catalog, lines } = await catalogOf(work, { a, b });
    expect(catalog.manifest.counts).toMatchObject({ images: 8, patients: 5 });
    expect(lines).toContain(
      'catalog: 1 patient has ids that differ in zeros in front, decimals or blanks alone, as 0015 and 15 do: taken for one each',
    );
  });

  test('are found by the gate', async () => {
    const work = await temporaryFolder();
    const a = await hospital(work, 'a', ['0015', '0022', '33']);
    const b = await hospital(work, 'b', ['15', '22', '44'], { role: 'external' });
    await expect(catalogOf(work, { a, b })).rejects.toThrow(
      'an external set shares films or patients with a training set: a and b: 0 films, 0 by their look, 2 patients',
    );
  });

  test('are the same in the table and in the header', async () => {
    const work = await temporaryFolder();
    const { folder } = await hospital(work, 'a', ['0015', '22']);
    const forms = (await recordsOf({ folder } as never)).map(({ patient_form }) => patient_form !== null);
    expect(forms.sort()).toEqual([false, true]);
  });
});
