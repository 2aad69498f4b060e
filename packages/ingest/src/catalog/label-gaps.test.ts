import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SourceConfig, sourceConfig } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { build, CONFIG, type Film, query, RADIOGRAPHS, source } from '../../test/catalog-fixture.ts';
import { FIXTURE, ingest, recordedProgress, temporaryFolder } from '../../test/testing.ts';

/** Five patients, all of them in training. */
const TRAIN_ONLY = { ...CONFIG, splits: { train: 1, val: 0, test: 0 } };
const films = (prefix: string, labels: readonly string[], patient = 0): Film[] =>
  RADIOGRAPHS.map((of, i) => ({
    of,
    name: `${prefix}${i}`,
    patient: patient + i,
    labels: labels[i] ?? 'No Finding',
  }));

const ALL_FIVE = 'Consolidation|Pneumothorax|Nodule|Fibrosis|Effusion';

/** Films in a folder with a table, whose mapping names these labels. */
async function mappedSource(
  work: string,
  labels: object,
  role: SourceConfig['role'] = 'train',
): Promise<string> {
  const root = join(work, 'sources/clinic');
  await mkdir(root, { recursive: true });
  for (const name of RADIOGRAPHS) {
    await copyFile(join(FIXTURE, `images/${name}.png`), join(root, `${name}.png`));
  }
  const rows = RADIOGRAPHS.map((name, i) => `${name}.png,p${i},PA,${i % 2}`);
  await writeFile(join(root, 'data.csv'), ['file,patient,view,ptx', ...rows].join('\n'));
  const config = sourceConfig.parse({
    adapter: 'png-folder',
    root,
    role,
    table: 'data.csv',
    public: true,
    mapping: { image: 'file', patient: 'patient', view: 'view', labels },
  });
  const out = join(work, 'runs/clinic');
  await ingest(work, root, { name: 'clinic', config, out, cacheDir: join(work, 'cache/clinic') });
  return out;
}

/** What the catalog tells beside its own line. */
async function told(...args: Parameters<typeof build>) {
  const lines: string[] = [];
  const [work, sources, changes] = args;
  const catalog = await build(work, sources, { progress: recordedProgress(lines), ...changes });
  return { catalog, lines: lines.filter((line) => line.startsWith('labels of ')) };
}

describe('labels that are not there', () => {
  test('a mapping without labels is named as the reason that no finding is known', async () => {
    const work = await temporaryFolder();
    const { catalog, lines } = await told(
      work,
      { clinic: await mappedSource(work, {}) },
      { config: TRAIN_ONLY },
    );
    expect(lines).toEqual([
      'labels of clinic: no known label of CSN, PTX, NDL, FIB, PEF in train (its mapping in pipeline.json has no labels)',
    ]);
    expect(catalog.manifest.counts).toMatchObject({ 'label_gaps.train': 5 });
    expect(await query(catalog, `select * from label_gaps where source = 'all' and finding = 'FIB'`)).toEqual(
      [
        {
          source: 'all',
          split: 'train',
          finding: 'FIB',
          positive: 0,
          negative: 0,
          unknown: 5,
          gap: 'no known label',
        },
      ],
    );
  });

  test('a catalog of an external source alone may have none', async () => {
    const work = await temporaryFolder();
    const { catalog, lines } = await told(work, { clinic: await mappedSource(work, {}, 'external') });
    expect(lines[0]).toContain('no known label of CSN, PTX, NDL, FIB, PEF in external');
    expect(catalog.manifest.counts).not.toHaveProperty(['label_gaps.train']);
  });

  test('a mapping of one finding leaves the others without', async () => {
    const work = await temporaryFolder();
    const labels = { PTX: { columns: ['ptx'], values: { 0: 0, 1: 1 } } };
    const { lines } = await told(work, { clinic: await mappedSource(work, labels) }, { config: TRAIN_ONLY });
    expect(lines).toEqual(['labels of clinic: no known label of CSN, NDL, FIB, PEF in train']);
  });
});

describe('labels of one class', () => {
  test('are named by what is not there, findings with the same lack together', async () => {
    const work = await temporaryFolder();
    const ill = ALL_FIVE.replace('|Fibrosis', '');
    const nih = await source(work, 'nih', films('n', [ill, ill, ill, ill, 'Consolidation']));
    const { lines } = await told(work, { nih }, { config: TRAIN_ONLY });
    expect(lines).toEqual(['labels of nih: no image without CSN in train; no image with FIB in train']);
  });

  test('of one source do not matter to all sources together where another has the other class', async () => {
    const work = await temporaryFolder();
    const nih = await source(work, 'nih', films('n', [ALL_FIVE]));
    const other = await source(work, 'other', [
      { of: '00000004_000', name: 'x', patient: 50, labels: 'Mass' },
    ]);
    const { catalog, lines } = await told(
      work,
      { nih, other },
      { config: { ...TRAIN_ONLY, lookAlikes: false } },
    );
    expect(lines).toEqual([
      'labels of other: no image with CSN, PTX, FIB, PEF in train; no image without NDL in train',
    ]);
    expect(await query(catalog, `select * from label_gaps where source = 'all'`)).toEqual([]);
  });

  test('of all sources together come first', async () => {
    const work = await temporaryFolder();
    const nih = await source(work, 'nih', films('n', [ALL_FIVE.replace('|Fibrosis', '')]));
    const other = await source(work, 'other', films('o', [ALL_FIVE.replace('|Fibrosis', '')], 50));
    const { lines } = await told(work, { nih, other }, { config: TRAIN_ONLY });
    expect(lines[0]).toBe('labels of all sources together: no image with FIB in train');
  });

  test('both classes everywhere: nothing is said', async () => {
    const work = await temporaryFolder();
    const nih = await source(work, 'nih', films('n', [ALL_FIVE]));
    expect((await told(work, { nih }, { config: TRAIN_ONLY })).lines).toEqual([]);
  });
});
