import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Store, withDuckDB } from '@viewgap/artifacts';
import { sourceConfig } from '@viewgap/contracts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { drawnFilm } from '../test/dicom-file.ts';
import { everything, leaksOf } from '../test/planted.ts';
import { ingest, SETTINGS, temporaryFolder } from '../test/testing.ts';
import { workbook } from '../test/workbook.ts';
import { explainIngest } from './explain.ts';
import { openRevealer } from './reveal.ts';

/** An invented person. Upper case with blanks, as DICOM's code strings allow it. */
const NAME = 'HONG GILDONG';
const KOREAN = '홍길동';
const NUMBER = '600203-1234567';
const PERSON = `${NAME} ${KOREAN} ${NUMBER}`;
const SECRETS = [NAME, 'HONG', 'GILDONG', 'gildong', KOREAN, KOREAN.normalize('NFD'), NUMBER];
const ENV = { VIEWGAP_KEY_SEOUL: 'ab'.repeat(32) };

const MAPPING = {
  image: 'film',
  patient: 'who',
  view: 'view',
  age: 'age',
  sex: 'sex',
  labels: { PTX: { columns: ['ptx'], values: { '1': 1, '0': 0 } } },
};
const HEADER = ['film', 'who', 'view', 'age', 'sex', 'ptx'];
/** A row that joins the film that every scenario has. */
const ROW = ['films/1', NUMBER, 'PA', '60', 'F', '1'];
const csv = (...rows: readonly (readonly string[])[]) => `${rows.map((row) => row.join(',')).join('\n')}\n`;

interface Scenario {
  /** files by their path below the root, beside `films/1` and, unless it is given here, `labels.csv` */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly links?: Readonly<Record<string, string>>;
  /** paths that nobody may read */
  readonly locked?: readonly string[];
  /** writes what is no plain file */
  readonly prepare?: (root: string) => Promise<void>;
  readonly config?: object;
  /** the source's words as its owner sees them with --reveal */
  readonly fails?: RegExp;
}

const overlay = (table: string) => ({
  overlays: [{ name: 'expert', table, image: 'film', labels: MAPPING.labels }],
});
const film = (elements: Parameters<typeof drawnFilm>[0], seed = 7) =>
  drawnFilm({ SOPInstanceUID: '1.2.7', PatientName: PERSON, PatientID: NUMBER, ...elements }, seed);

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a csv without a header': {
    files: { 'labels.csv': csv([PERSON, NUMBER, 'PA', '60', 'F', '1'], ROW) },
    fails: /no column "film"/,
  },
  'a workbook without a header': {
    files: { 'labels.xlsx': workbook(PERSON, [[PERSON, NUMBER], ROW]) },
    config: { table: 'labels.xlsx' },
    fails: /no column "film"/,
  },
  'a parquet table without a header': {
    prepare: (root) =>
      withDuckDB(':memory:', async (connection) => {
        await connection.run(
          `copy (select 1 as "${PERSON}", 2 as x) to '${join(root, 'labels.parquet')}' (format parquet)`,
        );
      }),
    config: { table: 'labels.parquet' },
    fails: /no column "film"/,
  },
  'keys of a JSON table': {
    files: { 'labels.json': JSON.stringify([{ [PERSON]: NUMBER }]) },
    config: { table: 'labels.json' },
    fails: /no key "film"/,
  },
  'a table that is no JSON': {
    files: { 'labels.json': `${NAME} ${NUMBER}` },
    config: { table: 'labels.json' },
    fails: /not JSON/,
  },
  'a sheet of another name': {
    files: { 'labels.xlsx': workbook(PERSON, [HEADER, ROW]) },
    config: { table: 'labels.xlsx' },
  },
  'a sheet that is not there, and rows of a workbook that are ragged': {
    files: { 'labels.xlsx': workbook(PERSON, [HEADER, ROW, [PERSON, NUMBER], [...ROW, PERSON]]) },
    config: { table: 'labels.xlsx', sheet: 2 },
    fails: /no sheet 2/,
  },
  'ragged rows of a workbook': {
    files: { 'labels.xlsx': workbook(PERSON, [HEADER, ROW, [PERSON, NUMBER], [...ROW, PERSON]]) },
    config: { table: 'labels.xlsx' },
  },
  'a workbook of the old kind': {
    files: { 'labels.xlsx': Buffer.from(`\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1${NAME}`, 'latin1') },
    config: { table: 'labels.xlsx' },
    fails: /a workbook of the old kind/,
  },
  'cells of a label': {
    files: { 'labels.csv': csv(HEADER, [...ROW.slice(0, 5), PERSON]) },
    fails: /unknown values of ptx/,
  },
  'cells of a view': {
    files: { 'labels.csv': csv(HEADER, ['films/1', NUMBER, PERSON, '60', 'F', '1']) },
    fails: /unknown values of view/,
  },
  'cells of a sex': {
    files: { 'labels.csv': csv(HEADER, ['films/1', NUMBER, 'PA', '60', PERSON, '1']) },
    fails: /unknown values of sex/,
  },
  'cells of ids, ages and columns that nobody asks for': {
    files: {
      'labels.csv': csv(
        [...HEADER, PERSON],
        [...ROW, PERSON],
        [PERSON, PERSON, 'PA', PERSON, 'F', '1', PERSON],
        [`../${PERSON}`, NUMBER, 'PA', '60', 'F', '1', ''],
        [PERSON, NUMBER],
        ['films/1', PERSON, 'AP', '60', 'F', '0', ''],
        ['films/2', NUMBER, 'PA', '60', 'F', '1', ''],
      ),
      'films/2': film({ SOPInstanceUID: '1.2.2' }, 2),
    },
  },
  'a quote that is never closed': {
    files: { 'labels.csv': `${csv(HEADER, ROW)}"${PERSON},${`${NUMBER},`.repeat(100_000)}` },
  },
  'a table of another encoding': {
    files: { 'labels.csv': Buffer.from(`${csv(HEADER, ROW)}${PERSON},M\xfcller\n`, 'latin1') },
    fails: /a table that is not UTF-8/,
  },
  'a title above a header': {
    files: { 'labels.csv': `${PERSON},${NUMBER}\n${csv(HEADER, ROW)}` },
    fails: /its row 2 names the columns: add "headerRow": 2/,
  },
  'two columns of one name': {
    files: { 'labels.csv': csv([...HEADER, 'ptx'], [...ROW, PERSON]) },
    fails: /2 columns "ptx"/,
  },
  'a web page': {
    files: { 'labels.csv': `<html><table><tr><td>${PERSON}</td></tr></table></html>` },
    fails: /a table that is a web page or XML/,
  },
  'JSON lines that are none': {
    files: { 'labels.jsonl': `{"film": ${PERSON}` },
    config: { table: 'labels.jsonl' },
    fails: /not JSON lines/,
  },
  'a table that is no text': {
    files: { 'labels.csv': `${PERSON}\0${NUMBER}` },
    fails: /a table that is not text/,
  },
  'a damaged workbook': {
    files: { 'labels.xlsx': Buffer.from(workbook(PERSON, [HEADER, ROW])).subarray(0, 900) },
    config: { table: 'labels.xlsx' },
    fails: /a workbook that cannot be read/,
  },
  'a damaged parquet table': {
    files: { 'labels.parquet': `PAR1${PERSON}PAR1` },
    config: { table: 'labels.parquet' },
    fails: /a parquet file that cannot be read/,
  },
  'names of files and folders': {
    files: {
      [`${PERSON}/${PERSON}.dcm`]: film({ SOPInstanceUID: '1.2.3' }),
      [`${PERSON}/copy of ${PERSON}`]: film({ SOPInstanceUID: '1.2.3' }),
      [`${PERSON}/letter.txt`]: PERSON,
    },
  },
  'words of DICOM files, right and wrong': {
    files: {
      'a/1': film({ BodyPartExamined: NAME }),
      'a/2': film({ Modality: NAME, SOPInstanceUID: NAME }),
      'a/3': film({ PhotometricInterpretation: NAME }),
      'a/4': film({ TransferSyntaxUID: NUMBER }),
      'a/5': film({ ViewPosition: NAME, SOPInstanceUID: PERSON, PatientSex: NAME, PatientAge: NAME }),
      'a/6': film({ StudyDescription: PERSON, SeriesDescription: PERSON, ProtocolName: PERSON }),
      'a/7': film({ NumberOfFrames: NAME, WindowCenter: NAME, WindowWidth: NAME }),
      'a/8': film({ AccessionNumber: PERSON, StudyInstanceUID: PERSON }).subarray(0, 900),
    },
  },
  'images that say more than pixels': {
    files: {
      'a/1.png': `<svg xmlns="http://www.w3.org/2000/svg"><${NAME}>${PERSON}</p></svg>`,
      'a/2.png': `P5\n# ${PERSON}\n2 2\n255\n${NUMBER}`,
      'a/3.png': `GIF89a${PERSON}`,
      'a/4.png': `II*\0${PERSON}${PERSON}`,
      'labels.csv': csv(HEADER, ...[1, 2, 3, 4].map((i) => [`a/${i}.png`, NUMBER, 'PA', '60', 'F', '1'])),
    },
    config: { adapter: 'png-folder', mapping: { ...MAPPING, imageIs: 'path' } },
    fails: /no image of the source can be used/,
  },
  'files of one name': {
    files: {
      [`${PERSON}/IM1.png`]: 'one',
      [`${NUMBER}/IM1.png`]: 'two',
      'labels.csv': csv(
        HEADER,
        ['IM1.png', NUMBER, 'PA', '60', 'F', '1'],
        ['IM1.png', PERSON, 'AP', '', '', '0'],
      ),
    },
    config: { adapter: 'png-folder' },
    fails: /no image of the source can be used/,
  },
  'cells of an overlay': {
    files: { 'ov.csv': csv(['film', 'ptx', PERSON], ['films/1', PERSON, PERSON]) },
    config: overlay('ov.csv'),
    fails: /unknown values of ptx in ov.csv/,
  },
  'the header of an overlay': {
    files: { 'ov.csv': csv([PERSON, NUMBER], ['films/1', '1']) },
    config: overlay('ov.csv'),
    fails: /no column "film"/,
  },
  'cells of an id map': {
    files: {
      'ids.csv': csv(
        ['film', 'nih', PERSON],
        ['films/1', PERSON, PERSON],
        ['films/1', '00000001_000.png', ''],
        [PERSON, NUMBER, ''],
      ),
    },
    config: { idMap: { table: 'ids.csv', image: 'film', sameAs: 'nih' } },
  },
  'the header of an id map': {
    files: { 'ids.csv': csv([PERSON, NUMBER], ['films/1', PERSON]) },
    config: { idMap: { table: 'ids.csv', image: 'film', patient: 'who' } },
    fails: /no column "film"/,
  },
  'symbolic links': {
    files: { [`${PERSON}/film`]: film({ SOPInstanceUID: '1.2.4' }), [`locked ${PERSON}/film`]: film({}) },
    links: {
      [`a/${PERSON}`]: `../${PERSON}`,
      [`a/${NUMBER}`]: NUMBER,
      [`a/2 ${NUMBER}`]: `../nowhere ${NAME}`,
    },
  },
  'a link to a file that nobody may see': {
    files: { [`locked ${PERSON}/${NAME}`]: film({}) },
    links: { [`a ${NAME}`]: `locked ${PERSON}/${NAME}` },
    locked: [`locked ${PERSON}`],
  },
  'a folder without permission': { files: { [`${PERSON}/1`]: film({}) }, locked: [PERSON] },
  'a file without permission': { files: { [`${PERSON}/1`]: film({}) }, locked: [`${PERSON}/1`] },
  'a table without permission': {
    locked: ['labels.csv'],
    fails: /no permission to read a table: labels.csv/,
  },
  'an overlay that is a folder': {
    prepare: (root) => mkdir(join(root, PERSON)).then(() => symlink(PERSON, join(root, 'ov.csv'))),
    config: overlay('ov.csv'),
    fails: /no such table in the source: ov.csv/,
  },
};

async function sourceOf({ files = {}, links = {}, locked = [], prepare, config = {} }: Scenario) {
  const root = await temporaryFolder();
  const all = { 'labels.csv': csv(HEADER, ROW), 'films/1': film({ SOPInstanceUID: '1.2.1' }, 1), ...files };
  for (const [path, content] of Object.entries(all)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  await prepare?.(root);
  for (const [path, target] of Object.entries(links)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await symlink(target, join(root, path));
  }
  for (const path of locked) {
    await chmod(join(root, path), 0);
    onTestFinished(() => chmod(join(root, path), 0o700));
  }
  return {
    root,
    config: sourceConfig.parse({
      adapter: 'dicom-folder',
      root,
      namespace: 'seoul',
      table: 'labels.csv',
      ...('adapter' in config ? {} : { joinBy: 'path' }),
      mapping: MAPPING,
      ...config,
    }),
  };
}

/** Root may read what nobody may. The folders that this test writes must be its own. */
async function asNobody<Result>(folders: readonly string[], run: () => Promise<Result>): Promise<Result> {
  if (process.getuid?.() !== 0) return run();
  for (const folder of folders) await chmod(folder, 0o777);
  process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}

describe('a name that is planted in a private source is nowhere in what is printed or written', () => {
  test.each(Object.keys(SCENARIOS))('%s', async (title) => {
    const scenario = SCENARIOS[title] as Scenario;
    const work = await temporaryFolder();
    const { root, config } = await sourceOf(scenario);
    const said = await asNobody([root, work], () => everything(work, config, ENV));

    if (scenario.fails) expect(said.join('\n')).toMatch(scenario.fails);
    else expect(said.join('\n'), 'it is read').toMatch(/ingest seoul: \d+ files? read, [1-9]\d* records?/);
    expect(await leaksOf(SECRETS, work, said)).toEqual([]);
  });
});

describe('the owner of a private source', () => {
  test('sees the paths, ids and words that pseudonyms stand for', async () => {
    const { config } = await sourceOf({
      files: {
        [`${PERSON}/1`]: film({ BodyPartExamined: NAME }),
        [`${PERSON}/2`]: film({ SOPInstanceUID: '1.2.5' }, 3),
        'labels.csv': csv(HEADER, ROW, [`${PERSON}/9`, NUMBER, 'PA', '', '', '1']),
      },
    });
    const work = await temporaryFolder();
    const from = { name: 'seoul', config, pipelineFolder: work, env: ENV };
    const artifact = await ingest(work, '', from);
    const store = new Store(join(work, 'store'));
    const revealer = await openRevealer({
      ...from,
      settings: SETTINGS,
      cacheDir: join(work, 'cache'),
      store,
    });
    onTestFinished(() => revealer.close());
    expect(await explainIngest(artifact.folder, revealer)).toEqual([
      'no-image: 1 row (a row of the label table without an image)',
      `  labels.csv:3: image ${PERSON}/9, patient ${NUMBER}`,
      'no-label-row: 1 file (an image without a row in the label table)',
      `  ${PERSON}/2`,
      'not-chest: 1 file (not a radiograph of the chest)',
      `  ${PERSON}/1: another body part: ${NAME}`,
    ]);
  });
});
