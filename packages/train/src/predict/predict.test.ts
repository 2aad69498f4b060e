import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Artifact,
  embeddingsTable,
  PREDICTIONS,
  queryRows,
  readTable,
  type Store,
  type TableShape,
  withDuckDB,
} from '@viewgap/artifacts';
import {
  DEFAULT_FINDINGS,
  modelConfig,
  parseShown,
  predictConfig,
  silentProgress,
  trainConfig,
} from '@viewgap/contracts';
import { defaultCacheDir, type Engine, startEngine } from '@viewgap/engine';
import { auroc } from '@viewgap/stats';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantedCatalog, SIZE } from '../../test/planted-catalog.ts';
import { trainModel } from '../fit/train.ts';
import { predictImages } from './predict.ts';

let folder: string;
let catalog: string;
let store: Store;
let engine: Engine;
let trained: Artifact;

const shared = { rebuildCatalog: 'run catalog', progress: silentProgress, clock: () => new Date(0) };
const common = trainConfig.parse({
  encoder: { name: 'residual', widths: [8, 16] },
  epochs: 4,
  batchSize: 8,
  learningRate: 0.003,
});

function predict(
  name: string,
  config: Record<string, unknown> = {},
  sources: readonly string[] = [],
): Promise<Artifact> {
  return predictImages({
    ...shared,
    train: trained.folder,
    rebuildTrain: 'run train',
    catalog,
    config: predictConfig.parse(config),
    shownSources: sources,
    store,
    engine,
    out: join(folder, name),
  });
}

async function rowsOf(shape: TableShape, path: string): Promise<Record<string, unknown>[]> {
  return (await readTable(shape, path)).toArray().map((row) => row.toJSON());
}

beforeAll(async () => {
  engine = await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
  folder = await mkdtemp(join(tmpdir(), 'viewgap-predict-'));
  ({ catalog, store } = await plantedCatalog(folder, 96));
  trained = await trainModel({
    ...shared,
    name: 'model2',
    model: modelConfig.parse({ decoder: { lambda: 0.5 } }),
    common,
    seed: 3,
    pretrained: null,
    catalog,
    store,
    engine,
    out: join(folder, 'train'),
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('every validation and test image is scored for every finding, unknown labels included', async () => {
  const { manifest } = await predict('plain');
  const rows = await rowsOf(PREDICTIONS, join(folder, 'plain', 'predictions.arrow'));
  expect(rows).toHaveLength(48 * DEFAULT_FINDINGS.length);
  expect(manifest.counts).toEqual({ images: 48, rows: 240 });
  expect(manifest.files.map(({ path }) => path)).toEqual([
    'predictions.arrow',
    'temperature.json',
    'shown.json',
  ]);
  expect(new Set(rows.map((row) => row.split))).toEqual(new Set(['val', 'test']));
  expect(rows.filter((row) => row.finding === 'FIB').every((row) => row.label === null)).toBe(true);
  const consolidation = rows.filter((row) => row.finding === 'CSN');
  const mean = (label: number) => {
    const scores = consolidation.filter((row) => row.label === label).map((row) => row.score as number);
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  };
  expect(mean(1)).toBeGreaterThan(mean(0) + 1);
});

test('a row passes on what the catalog knows of the image; an unknown patient stays unknown', async () => {
  await predict('passed-on');
  const rows = await rowsOf(PREDICTIONS, join(folder, 'passed-on', 'predictions.arrow'));
  const images = await withDuckDB(
    join(catalog, 'catalog.duckdb'),
    (connection) =>
      queryRows<Record<string, unknown>>(connection, `select * from images where split <> 'train'`),
    { readOnly: true },
  );
  const passed = [
    'view',
    'view_source',
    'view_conflict',
    'support_devices',
    'overlap',
    'width',
    'height',
    'split',
  ];
  for (const image of images) {
    const [row] = rows.filter(({ image_id }) => image_id === image.image_id);
    for (const column of passed) expect(row?.[column], column).toEqual(image[column]);
    expect(row?.patient_id).toBe(image.patient_known ? image.patient_id : null);
    expect(row).toMatchObject({ dataset: 'nih', source: 'nih', label_set: 'report' });
  }
  expect(images.filter(({ patient_known }) => !patient_known).length).toBeGreaterThan(0);
  expect(images.some(({ overlap }) => overlap)).toBe(true);
});

test('temperatures are fitted on the known labels of validation, and say why not', async () => {
  await predict('temperatures');
  const text = await readFile(join(folder, 'temperatures', 'temperature.json'), 'utf8');
  const { fitted_on, findings } = JSON.parse(text);
  expect(fitted_on).toBe('val');
  expect(findings.map(({ finding }: { finding: string }) => finding)).toEqual([...DEFAULT_FINDINGS]);
  expect(findings[0]).toMatchObject({ images: 24, positives: 12 });
  expect(findings[1]).toMatchObject({ temperature: null, positives: 0, note: 'one class only' });
  expect(findings[3]).toMatchObject({ images: 0, note: 'no validation image with a known label' });
});

test('on request the embeddings are written; the probe was fitted on those of validation alone', async () => {
  const { manifest } = await predict('embedded', { embeddings: true });
  const part = 'embeddings/part-00000.arrow';
  expect(manifest.files.map(({ path }) => path)).toEqual([
    'predictions.arrow',
    part,
    'temperature.json',
    'shown.json',
  ]);
  const embedded = await rowsOf(embeddingsTable(16), join(folder, 'embedded', part));
  expect(embedded).toHaveLength(48);
  const vector = (row: Record<string, unknown>) => (row.embedding as { toArray(): Float32Array }).toArray();
  expect(embedded.every((row) => vector(row).length === 16 && vector(row).every(Number.isFinite))).toBe(true);
  expect(new Set(embedded.map((row) => vector(row).join())).size).toBeGreaterThan(40);

  const rows = (await rowsOf(PREDICTIONS, join(folder, 'embedded', 'predictions.arrow'))).filter(
    ({ finding }) => finding === 'CSN',
  );
  const probed = rows.filter(({ view_probe_score }) => view_probe_score !== null);
  expect(new Set(probed.map(({ split }) => split))).toEqual(new Set(['test']));
  expect(probed).toHaveLength(24);
  const score = (view: string) =>
    Float64Array.from(
      probed.filter((row) => row.view === view),
      (row) => row.view_probe_score as number,
    );
  const found = auroc(score('AP'), score('PA'));
  expect(found).toBeGreaterThan(0);
  expect(found).toBeLessThanOrEqual(1);
});

async function shownOf(name: string) {
  return parseShown(await readFile(join(folder, name, 'shown.json'), 'utf8'));
}

test('some validation images are drawn: the film, the evidence and the reconstruction, the same ones each time', async () => {
  const { manifest } = await predict('shown', { shown: 3 }, ['nih']);
  const shown = await shownOf('shown');
  expect(shown.map(({ view }) => view)).toEqual(['AP', 'AP', 'AP', 'PA', 'PA', 'PA']);
  expect(shown.every(({ finding, source }) => finding === 'CSN' && source === 'nih')).toBe(true);
  const named = new Set(manifest.files.map(({ path }) => path));
  for (const { film, cam, reconstruction } of shown) {
    for (const path of [film, cam, reconstruction as string]) {
      expect(named).toContain(path);
      const { width, height, format } = await sharp(join(folder, 'shown', path)).metadata();
      expect([width, height, format]).toEqual([SIZE, SIZE, 'png']);
    }
  }
  await predict('shown-again', { shown: 3 }, ['nih']);
  expect(await shownOf('shown-again')).toEqual(shown);
  const text = await readFile(join(folder, 'shown', 'shown.json'), 'utf8');
  expect(text).not.toMatch(/\d{8}_/);
});

test('no pixel of a source that is not named is drawn, and none where none is asked for', async () => {
  await predict('private', {}, ['other']);
  expect(await shownOf('private')).toEqual([]);
  await predict('none', { shown: 0 }, ['nih']);
  expect(await shownOf('none')).toEqual([]);
});
