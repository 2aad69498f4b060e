import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type SourceConfig, sourceConfig } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { everything, leaksOf } from '../test/planted.ts';
import {
  ingest,
  quarantineOf,
  recordedProgress,
  recordsOf,
  tally,
  temporaryFolder,
} from '../test/testing.ts';
import { unpack } from '../test/unpacked.ts';
import { Pseudonyms } from './files/pseudonym.ts';

/** Made by pydicom and openpyxl (fixtures/hospital/make.py, which says what each part means). */
interface Export {
  readonly files: Readonly<Record<string, string>>;
  readonly films: Readonly<Record<string, string>>;
  readonly rows: Readonly<Record<string, string>>;
  readonly marks: Readonly<Record<string, string>>;
  readonly others: Readonly<Record<string, number>>;
  readonly secrets: readonly string[];
}

const KEY = 'ab'.repeat(32);
const ENV = { VIEWGAP_KEY_SEOUL: KEY };
const YES_NO = { Y: 1, N: 0, '?': null };
const LABELS = { CSN: '경화', PTX: '기흉', NDL: '결절', FIB: '섬유화', PEF: '흉수' };

async function hospital(): Promise<Export & { readonly config: SourceConfig }> {
  const archive = await readFile(new URL('../fixtures/hospital/export.json.gz', import.meta.url));
  const made = JSON.parse(gunzipSync(archive).toString()) as Export;
  const root = await temporaryFolder();
  const bytes = ([path, text]: [string, string]) => [path, Buffer.from(text, 'base64')] as const;
  await unpack(root, Object.fromEntries(Object.entries(made.files).map(bytes)));
  const config = sourceConfig.parse({
    adapter: 'dicom-folder',
    root,
    namespace: 'seoul',
    table: 'labels.xlsx',
    headerRow: 2,
    joinBy: 'AccessionNumber',
    joinNormalise: ['leadingZeros'],
    mapping: {
      image: '검사번호',
      patient: '환자번호',
      age: '나이',
      sex: '성별',
      sexes: { 남: 'M', 여: 'F' },
      labels: Object.fromEntries(
        Object.entries(LABELS).map(([finding, column]) => [finding, { columns: [column], values: YES_NO }]),
      ),
    },
  });
  return { ...made, config };
}

test('every file and every row of a hospital`s export becomes what its makers know it to be', async () => {
  const { config, films, rows, marks, others } = await hospital();
  const work = await temporaryFolder();
  const progress = recordedProgress([]);
  const artifact = await ingest(work, '', { name: 'seoul', config, env: ENV, progress });

  const pseudonyms = new Pseudonyms(KEY);
  const paths = new Map(Object.keys(films).map((path) => [pseudonyms.of('path', path), path]));
  const [became, marked] = [new Map<string, unknown>(), new Map<string, unknown>()];
  const rowsAside = new Map<string, unknown>();
  for (const { ref, reason } of await quarantineOf(artifact)) {
    const path = paths.get(ref as string);
    (path === undefined ? rowsAside : became).set(path ?? (ref as string), reason);
  }
  // Records are named by SOPInstanceUID: what is left of the films is counted by view and mark.
  const records = await recordsOf(artifact);
  for (const { warnings } of records) if (warnings !== null) marked.set(`${warnings}`, true);
  const left = Object.entries(films).filter(([path]) => !became.has(path));
  expect(tally(left, ([, outcome]) => outcome)).toEqual(tally(records, ({ view }) => `record ${view}`));
  const isAside = ([, outcome]: [string, string]) => !outcome.startsWith('record') && outcome !== 'used';
  expect(Object.fromEntries(became)).toEqual(Object.fromEntries(Object.entries(films).filter(isAside)));
  expect(Object.fromEntries(rowsAside)).toEqual(Object.fromEntries(Object.entries(rows).filter(isAside)));
  expect([...marked.keys()].sort()).toEqual(Object.values(marks).sort());

  const { counts } = artifact.manifest;
  expect(counts.images).toBe(Object.keys(films).length);
  expect(counts.rows).toBe(Object.keys(rows).length);
  const run = JSON.parse(await readFile(join(artifact.folder, 'run.json'), 'utf8'));
  for (const [kind, count] of Object.entries(others)) expect(run[`other_files.${kind}`], kind).toBe(count);
});

test('nothing of a patient, the hospital or a path is in what is printed or written', async () => {
  const { config, secrets } = await hospital();
  const work = await temporaryFolder();
  const said = await everything(work, config, ENV);
  expect(said.filter((line) => line.startsWith('ingest seoul: 44 files read, 32 records'))).not.toEqual([]);
  expect(await leaksOf([...secrets, KEY], work, said)).toEqual([]);
});
