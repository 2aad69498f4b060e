import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Artifact, canonicalJson, withDuckDB } from '@viewgap/artifacts';
import type { SourceConfig } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { drawnFilm, type Elements } from '../../test/dicom-file.ts';
import { leaksOf } from '../../test/planted.ts';
import {
  filesRead,
  ingest,
  quarantineOf,
  recordedProgress,
  recordsOf,
  sharedData,
  temporaryFolder,
} from '../../test/testing.ts';
import { openPseudonyms } from '../files/pseudonym.ts';
import { scanSource } from '../files/scan.ts';

const KEY = 'ab'.repeat(32);
const ENV = { VIEWGAP_KEY_SEOUL: KEY };
const TABLES = fileURLToPath(new URL('../../fixtures/tables', import.meta.url));

/** Nothing of this may be found in what ingest writes or says. The people are invented. */
const SECRETS = {
  PatientName: 'KIM^MINSU',
  PatientID: 'HN-778201',
  PatientBirthDate: '19620417',
  AccessionNumber: 'A100',
  StudyDate: '20240529',
  StudyInstanceUID: '1.2.392.4711.20240529.1',
  InstitutionName: 'Hangang Hospital',
  ReferringPhysicianName: 'PARK^JIHYE',
  StudyDescription: 'dyspnoea, known to Dr Park',
} as const;
const SECRET_PATHS = ['김민수', 'HN-778201', 'MINSU'];

type FolderConfig = Extract<SourceConfig, { adapter: 'dicom-folder' }>;

const MAPPING: FolderConfig['mapping'] = {
  image: '검사번호',
  age: '나이',
  views: { AP: 'AP', PA: 'PA' },
  sexes: { F: 'F', M: 'M' },
  labels: {
    PTX: { columns: ['기흉'], values: { 유: 1, 무: 0 } },
    FIB: { columns: ['폐섬유증'], values: { 유: 1, 무: 0 } },
  },
};

function config(root: string, changes: Partial<FolderConfig> = {}): FolderConfig {
  return {
    adapter: 'dicom-folder',
    root,
    role: 'train',
    synthetic: false,
    split: 'official',
    overlays: [],
    maxRejected: {},
    patientIds: 'checked',
    table: 'labels.csv',
    joinBy: 'AccessionNumber',
    namespace: 'seoul',
    mapping: MAPPING,
    bodyParts: [],
    modalities: [],
    title: 'a hospital',
    labelSet: 'report',
    ...changes,
  };
}

const FILMS: Readonly<Record<string, Elements>> = {
  '김민수 HN-778201/STUDY1/IM000001': { ...SECRETS, SOPInstanceUID: '1.2.3.1' },
  '김민수 HN-778201/STUDY1/IM000002.dcm': { ...SECRETS, SOPInstanceUID: '1.2.3.2', ViewPosition: 'LL' },
  '김민수 HN-778201/STUDY1/copy of IM000001': { ...SECRETS, SOPInstanceUID: '1.2.3.1' },
  '김민수 HN-778201/hand': { ...SECRETS, SOPInstanceUID: '1.2.3.3', BodyPartExamined: 'HAND' },
  '김민수 HN-778201/ct/1': { ...SECRETS, SOPInstanceUID: '1.2.3.4', Modality: 'CT' },
  '김민수 HN-778201/loop': { ...SECRETS, SOPInstanceUID: '1.2.3.5', NumberOfFrames: '12' },
  '김민수 HN-778201/named': { ...SECRETS, SOPInstanceUID: '1.2.3.6', BurnedInAnnotation: 'YES' },
  'b/IM1': {
    ...SECRETS,
    AccessionNumber: 'A200',
    SOPInstanceUID: '1.2.3.7',
    ViewPosition: 'AP',
    StudyDescription: 'CHEST PA',
    PatientAge: '094Y',
    PatientSex: 'F',
  },
  'b/IM2': { ...SECRETS, AccessionNumber: 'A999', SOPInstanceUID: '1.2.3.8' },
};

async function hospital(): Promise<string> {
  const root = await temporaryFolder();
  for (const [i, [path, elements]] of Object.entries(FILMS).entries()) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    const same = path.includes('copy') ? 0 : i;
    await writeFile(join(root, path), drawnFilm(elements, same));
  }
  await writeFile(join(root, 'DICOMDIR'), drawnFilm({ ...SECRETS }));
  await writeFile(join(root, 'MINSU note'), 'Viewer of Hangang Hospital');
  await writeFile(join(root, 'labels.csv'), await readFile(join(TABLES, 'labels.csv')));
  return root;
}

function ingestHospital(
  work: string,
  root: string,
  changes: Partial<FolderConfig> = {},
  lines: string[] = [],
): Promise<Artifact> {
  return ingest(work, root, {
    name: 'seoul',
    config: config(root, changes),
    env: ENV,
    progress: recordedProgress(lines),
  });
}

test('chests that are labelled as something else are counted by what they are called, and can be allowed', async () => {
  const root = await temporaryFolder();
  const films = [{ BodyPartExamined: 'SKULL' }, { BodyPartExamined: 'TORAX' }, { Modality: 'OT' }];
  for (const [i, film] of films.entries()) {
    const ids = { SOPInstanceUID: `1.2.3.${i}`, PatientID: `${i}`, AccessionNumber: `A${i}` };
    await writeFile(join(root, `${i}`), drawnFilm({ ...ids, ...film }, i));
  }
  await writeFile(
    join(root, 'labels.csv'),
    '검사번호,나이,기흉,폐섬유증\nA0,40,유,무\nA1,40,유,무\nA2,40,유,무\n',
  );
  const work = await temporaryFolder();
  const lines: string[] = [];
  expect(await recordsOf(await ingestHospital(work, root, {}, lines))).toHaveLength(1);
  expect(lines).toContain(
    'ingest seoul: no chest: another body part: SKULL (1), another modality: OT (1); see which with --explain, allow texts by `bodyParts` and `modalities` of the source',
  );
  const allowed = await ingestHospital(work, root, { bodyParts: ['SKULL'], modalities: ['OT'] });
  expect(await recordsOf(allowed)).toHaveLength(3);
});

describe('a hospital`s export', () => {
  test('becomes records and reasons: every film and every row is one of them', async () => {
    const artifact = await ingestHospital(await temporaryFolder(), await hospital());
    const records = await recordsOf(artifact);
    const pseudonyms = await openPseudonyms('seoul', ENV);
    const patient = pseudonyms.of('patient', SECRETS.PatientID);
    const byImage = Object.fromEntries(records.map((record) => [record.image_id, record]));
    expect(records).toHaveLength(2);
    expect(byImage[pseudonyms.of('image', '1.2.3.1')]).toMatchObject({
      patient_id: patient,
      study_id: pseudonyms.of('study', SECRETS.StudyInstanceUID),
      view: 'PA',
      view_source: 'dicom',
      view_conflict: false,
      age_years: 41,
      labels: '{"present":["PTX"],"absent":["FIB"]}',
    });
    expect(byImage[pseudonyms.of('image', '1.2.3.7')]).toMatchObject({
      patient_id: patient,
      view: 'AP',
      view_conflict: true,
      age_years: 90,
      sex: 'F',
      labels: '{"present":[],"absent":["PTX"]}',
    });
    const reasons = (await quarantineOf(artifact)).map(({ reason, detail }) => [reason, detail].join(': '));
    expect(reasons.map((reason) => reason.replace(/[0-9a-f]{32}/, 'ID'))).toEqual([
      'burned-in: ',
      'duplicate-file: after ID',
      'lateral: ',
      'no-image: ',
      'no-label-row: ',
      'not-chest: another body part: HAND',
      'not-chest: another modality: CT',
      'several-frames: 12 frames',
      expect.stringMatching(/^unreadable: /),
    ]);
    const { images = 0, rows = 0, pairs = 0, records: kept = 0, quarantined = 0 } = artifact.manifest.counts;
    expect([images, rows, pairs]).toEqual([10, 3, 2]);
    expect(images + rows - pairs).toBe(kept + quarantined);
  });

  test('leaves no name, id, date, path or word of a patient in any byte that is written or said', async () => {
    const [work, root, lines] = [await temporaryFolder(), await hospital(), [] as string[]];
    await ingestHospital(work, root, {}, lines);
    const listing = join(work, 'listing.json');
    const progress = recordedProgress(lines);
    await scanSource({
      name: 'seoul',
      config: config(root),
      pipelineFolder: '/',
      env: ENV,
      out: listing,
      progress,
    });
    const uids = Object.values(FILMS).map(({ SOPInstanceUID }) => SOPInstanceUID as string);
    const secrets = [...Object.values(SECRETS), ...SECRET_PATHS, ...uids, 'A200', 'A999', 'IM0000', KEY];
    expect(await leaksOf(secrets, work, lines)).toEqual([]);
    expect((await readdir(work, { recursive: true })).length).toBeGreaterThan(5);
  });

  test('in errors neither', async () => {
    const root = await hospital();
    await writeFile(join(root, 'labels.csv'), '검사번호,나이,기흉,폐섬유증\nA100,41,KIM MINSU 홍,무\n');
    await expect(ingestHospital(await temporaryFolder(), root)).rejects.toThrow(
      /^unknown values of 기흉 in labels.csv: 1 text in 1 row \(list every text in mapping.labels.PTX.values with 1, 0 or null; `viewgap ingest … --explain --reveal` shows them\)$/,
    );
  });

  test('is read once: a second run gives the same bytes, and of films that have a row now reads those alone', async () => {
    const [work, root] = [await temporaryFolder(), await hospital()];
    const first = await ingestHospital(work, root);
    const manifest = canonicalJson(first.manifest);
    expect(await filesRead(first)).toBe(10);
    const second = await ingestHospital(work, root);
    expect(await filesRead(second)).toBe(0);
    expect(canonicalJson(second.manifest)).toBe(manifest);
    const table = await readFile(join(root, 'labels.csv'), 'utf8');
    await writeFile(join(root, 'labels.csv'), `${table}A999,50,2026-01-01,무,무\n`);
    const third = await ingestHospital(work, root);
    expect(third.manifest.counts.records).toBe(3);
    expect(await filesRead(third)).toBe(4);
  });

  test('reads all again under another key, which names nobody as before', async () => {
    const [work, root] = [await temporaryFolder(), await hospital()];
    const ids = async (artifact: Artifact) => (await recordsOf(artifact)).map(({ patient_id }) => patient_id);
    const first = await ids(await ingestHospital(work, root));
    const changes = { config: config(root), env: { VIEWGAP_KEY_SEOUL: 'cd'.repeat(32) }, name: 'seoul' };
    const second = await ingest(work, root, changes);
    expect(await filesRead(second)).toBe(10);
    expect(await ids(second)).not.toContain(first[0]);
  });
});

describe('the label table', () => {
  const labels = async (root: string, changes: Partial<FolderConfig>) =>
    (await recordsOf(await ingestHospital(await temporaryFolder(), root, changes))).map(
      ({ labels, age_years }) => [labels, age_years],
    );
  const EXPECTED = [
    ['{"present":["PTX"],"absent":["FIB"]}', 41],
    ['{"present":[],"absent":["PTX"]}', 90],
  ];
  const sorted = (rows: unknown[][]) => rows.map((row) => JSON.stringify(row)).sort();

  test.each(['xlsx', 'parquet', 'tsv'])('may be .%s', async (kind) => {
    const root = await hospital();
    const path = join(root, `labels.${kind}`);
    const csv = join(TABLES, 'labels.csv');
    if (kind === 'xlsx') await writeFile(path, await readFile(join(TABLES, 'labels.xlsx')));
    if (kind === 'tsv') await writeFile(path, (await readFile(csv, 'utf8')).replaceAll(',', '\t'));
    if (kind === 'parquet') {
      await withDuckDB(':memory:', (connection) =>
        connection.run(`copy (select * from read_csv('${csv}')) to '${path}' (format parquet)`),
      );
    }
    expect(sorted(await labels(root, { table: `labels.${kind}` }))).toEqual(sorted(EXPECTED));
  });

  test('may name the films by instance or by path', async () => {
    const root = await hospital();
    const header = 'film,나이,기흉,폐섬유증';
    await writeFile(join(root, 'uid.csv'), `${header}\n1.2.3.1,41,유,무\n1.2.3.7,,무,\n`);
    await writeFile(
      join(root, 'path.csv'),
      `${header}\n김민수 HN-778201/STUDY1/IM000001,41,유,무\nb/IM1,,무,\n`,
    );
    for (const [table, joinBy] of [
      ['uid.csv', 'SOPInstanceUID'],
      ['path.csv', 'path'],
    ] as const) {
      const changes = { table, joinBy, mapping: { ...MAPPING, image: 'film' } };
      expect(sorted(await labels(root, changes)), table).toEqual(sorted(EXPECTED));
    }
  });
});

describe('the key of a namespace', () => {
  test('is made once, for its owner alone', async () => {
    const env = { VIEWGAP_KEYS: join(await temporaryFolder(), 'keys') };
    const [first, second] = [await openPseudonyms('seoul', env), await openPseudonyms('seoul', env)];
    const other = await openPseudonyms('busan', env);
    expect(first.of('patient', '1')).toBe(second.of('patient', '1'));
    expect(first.of('patient', '1')).not.toBe(other.of('patient', '1'));
    expect(first.of('patient', '1')).not.toBe(first.of('study', '1'));
    expect((await stat(join(env.VIEWGAP_KEYS, 'seoul.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(env.VIEWGAP_KEYS)).mode & 0o777).toBe(0o700);
  });

  test('gives what HMAC-SHA256 gives elsewhere', async () => {
    // printf 'id patient\0HN-778201' | openssl dgst -sha256 -mac hmac -macopt hexkey:abab…
    const pseudonyms = await openPseudonyms('seoul', ENV);
    expect(pseudonyms.of('patient', 'HN-778201')).toBe('f29d21cd84cd01d5a4d033796e583cb6');
  });

  test.each([
    ['short', 'abc'],
    ['with a word in it', `${'ab'.repeat(31)}xy`],
  ])('that is malformed (%s) is one line without the key', async (_, key) => {
    const error = await openPseudonyms('seoul', { VIEWGAP_KEY_SEOUL: key }).catch((thrown: Error) => thrown);
    expect(String(error)).toMatch(/a malformed key: VIEWGAP_KEY_SEOUL/);
    expect(String(error)).not.toContain(key);
  });

  test('that others may read is refused', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'seoul.key'), KEY, { mode: 0o644 });
    await expect(openPseudonyms('seoul', { VIEWGAP_KEYS: folder })).rejects.toThrow(
      'a key that others may read',
    );
  });
});

const real = sharedData('dicom');
test.skipIf(real === null)(
  'real films: each is a record or has its reason (skipped where ../shared is absent)',
  async () => {
    const root = await temporaryFolder();
    const names = (await readdir(real as string)).filter((name) => name.endsWith('.dcm'));
    const table = ['film,ptx', ...names.map((name) => `${name},N`)].join('\n');
    await writeFile(join(root, 'labels.csv'), table);
    for (const name of names) await writeFile(join(root, name), await readFile(join(real as string, name)));
    const { age: _, ...rest } = MAPPING;
    const mapping: FolderConfig['mapping'] = {
      ...rest,
      image: 'film',
      labels: { PTX: { columns: ['ptx'], values: { Y: 1, N: 0 } } },
    };
    const artifact = await ingestHospital(await temporaryFolder(), root, { joinBy: 'path', mapping });
    const { counts } = artifact.manifest;
    expect(counts).toMatchObject({
      images: 12,
      records: 3,
      'quarantined.not-chest': 8,
      'view.PA': 2,
      // A copy of another, with its polarity's name changed.
      'quarantined.duplicate-file': 1,
      'view.unknown': 1,
    });
    const unknown = (await recordsOf(artifact)).filter(({ view }) => view === 'unknown');
    expect(unknown.map(({ view_source }) => view_source)).toEqual(['none']);
  },
);
