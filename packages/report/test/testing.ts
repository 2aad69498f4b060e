import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  appendRows,
  beginArtifact,
  CATALOG_TABLES,
  type CatalogFacts,
  type CatalogImage,
  duckdbEntry,
  fileEntry,
  finishArtifact,
  type TrialResult,
  TUNE_FILES,
  withDuckDB,
} from '@viewgap/artifacts';
import {
  FINDINGS,
  type HistoryLine,
  type Metrics,
  type ShownEntry,
  shownJson,
  silentProgress,
  type TrialValues,
  trainConfig,
} from '@viewgap/contracts';
import { hashUniform } from '@viewgap/stats';
import { onTestFinished } from 'vitest';
import type { ReportRequest } from '../src/write-report.ts';
import { testMetrics } from './testing-metrics.ts';

/** An empty folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-report-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestRunOptions {
  readonly synthetic?: boolean;
  readonly sources?: Readonly<Record<string, 'train' | 'external'>>;
  readonly metrics?: Metrics;
  readonly title?: string;
  readonly sample?: string;
  /** pictures of each model; 2 where not given */
  readonly shown?: number;
  /** by model: what the manifest of its training says otherwise than that of the other */
  readonly training?: Readonly<Record<string, Partial<TestTraining>>>;
}

/** Writes the artifacts that a report reads, small and through contracts, and returns the request for it. */
export async function makeTestRun(root: string, options: TestRunOptions = {}): Promise<ReportRequest> {
  const { sources = { nih: 'train' }, synthetic = false } = options;
  const datasets = Object.entries(sources).map(([dataset, role]) => ({
    dataset,
    split: role === 'train' ? 'test' : 'external',
  }));
  const folders = { evaluate: join(root, 'evaluate'), catalog: join(root, 'catalog') };
  await writeTestCatalog(folders.catalog, sources, synthetic);
  await writeTestEvaluate(folders.evaluate, options.metrics ?? testMetrics(datasets));
  const trains = ['model1', 'model2'].map((model) => ({
    model,
    seed: 0,
    folder: join(root, 'train', model),
  }));
  for (const train of trains) {
    await writeTestTrain(train.folder, train.model, options.training?.[train.model] ?? {});
  }
  const predicts = ['model1', 'model2'].map((model) => ({
    model,
    seed: 0,
    folder: join(root, 'predict', model),
  }));
  for (const { folder, model } of predicts) {
    await writeTestPredict(folder, model, Object.keys(sources)[0] ?? 'nih', options.shown ?? 2);
  }
  return {
    ...folders,
    trains,
    tunes: [],
    scored: null,
    predicts,
    config: {
      title: options.title ?? 'AP and PA: what reconstruction changes',
      sample: options.sample ?? 'A small sample of NIH ChestX-ray14, for trying the pipeline.',
    },
    pipelineName: 'nih-sample',
    out: join(root, 'report'),
    progress: silentProgress,
    clock: () => new Date(0),
    rebuild: (unit) => `run: npx nx run nih-sample/${unit}`,
  };
}

const PATIENTS = 120;

function testImages(source: string, role: 'train' | 'external'): CatalogImage[] {
  return Array.from({ length: PATIENTS }, (_, p) => p).flatMap((p) => {
    const draw = hashUniform(source, 'split', p);
    const split = role === 'external' ? 'external' : draw < 0.5 ? 'train' : draw < 0.65 ? 'val' : 'test';
    const films = 1 + Math.floor(hashUniform(source, 'films', p) * 3);
    return Array.from({ length: films }, (_, i): CatalogImage => {
      const image_id = `${String(p).padStart(8, '0')}_${String(i).padStart(3, '0')}.png`;
      return {
        source,
        role,
        image_id,
        patient_id: `${source}-${p}`,
        patient_known: true,
        study_id: null,
        view: hashUniform(source, 'view', p, i) < 0.42 ? 'AP' : 'PA',
        view_source: 'metadata',
        view_conflict: false,
        supine: null,
        age_years: p % 17 === 0 ? null : 20 + Math.floor(hashUniform(source, 'age', p) * 60),
        sex: p % 2 === 0 ? 'F' : 'M',
        support_devices: null,
        no_finding: source === 'nih' ? hashUniform(source, 'no finding', image_id) < 0.4 : null,
        width: 1024,
        height: 1024,
        file_sha256: '0'.repeat(64),
        pixel_sha256: '0'.repeat(64),
        look_hash: null,
        official_split: null,
        same_as: null,
        shard: '0'.repeat(64),
        row: i,
        split,
        overlap: false,
      };
    });
  });
}

/** What the manifest of the test catalog says about its sources. */
export function testCatalogFacts(
  sources: Readonly<Record<string, 'train' | 'external'>>,
  synthetic: boolean,
): CatalogFacts {
  return {
    catalog: {
      seed: 0,
      splits: { train: 0.5, val: 0.15, test: 0.35 },
      overlap: 'refuse',
      lookAlikes: true,
    },
    images: { size: 224, geometry: 'stretch', encoding: 'png', minEdge: 64 },
    sources: Object.fromEntries(
      Object.entries(sources).map(([source, role]) => [source, { role, synthetic }]),
    ),
  };
}

async function writeTestCatalog(
  folder: string,
  sources: Readonly<Record<string, 'train' | 'external'>>,
  synthetic: boolean,
): Promise<void> {
  const images = Object.entries(sources).flatMap(([source, role]) => testImages(source, role));
  const labels = images.flatMap(({ source, image_id }) =>
    FINDINGS.map((finding) => {
      const draw = hashUniform(source, image_id, finding);
      return {
        source,
        image_id,
        finding,
        label: draw < 0.22 ? 1 : draw > 0.97 ? null : 0,
        label_set: 'report',
      };
    }),
  );
  const patients = (of: readonly CatalogImage[]) => new Set(of.map(({ patient_id }) => patient_id)).size;
  const flow = Object.keys(sources).flatMap((source) => {
    const own = images.filter((image) => image.source === source);
    return [
      { name: 'rows of the label table', images: own.length + 4, patients: null, note: '' },
      { name: 'not used: unreadable', images: 1, patients: null, note: 'the image cannot be decoded' },
      { name: 'not used: duplicate-image', images: 3, patients: null, note: '' },
      { name: 'used', images: own.length, patients: patients(own), note: '' },
    ].map((step) => ({ source, ...step }));
  });
  const quarantine = Object.keys(sources).flatMap((source) =>
    ['unreadable', 'duplicate-image', 'duplicate-image', 'duplicate-image'].map((reason, i) => ({
      source,
      ref: `0000${i}.png`,
      reason,
      detail: '',
    })),
  );
  const { characteristics, prevalence } = testPopulation(images, labels);
  await beginArtifact(folder);
  await withDuckDB(join(folder, 'catalog.duckdb'), async (connection) => {
    await connection.run(CATALOG_TABLES);
    await appendRows(
      connection,
      'images',
      images.map((image) => ({ ...image })),
    );
    await appendRows(connection, 'labels', labels);
    await appendRows(
      connection,
      'flow',
      flow.map((row, i) => ({ step: i + 1, ...row })),
    );
    await appendRows(connection, 'quarantine', quarantine);
    await appendRows(connection, 'characteristics', characteristics);
    await appendRows(connection, 'prevalence', prevalence);
  });
  await finishArtifact(
    folder,
    {
      stage: 'catalog',
      inputs: Object.fromEntries(Object.keys(sources).map((source) => [`ingest/${source}`, 'a'.repeat(64)])),
      config: testCatalogFacts(sources, synthetic),
      files: [await duckdbEntry(folder, 'catalog.duckdb')],
      counts: { images: images.length, patients: patients(images) },
    },
    {},
  );
}

interface TestLabel {
  readonly source: string;
  readonly image_id: string;
  readonly finding: string;
  readonly label: number | null;
}

/** What the catalog counts of these images, by source and view. */
function testPopulation(images: readonly CatalogImage[], labels: readonly TestLabel[]) {
  const patients = (of: readonly CatalogImage[]) => new Set(of.map(({ patient_id }) => patient_id)).size;
  const groups = [...new Set(images.map(({ source }) => source))].flatMap((source) =>
    (['AP', 'PA'] as const).map((view) => ({
      key: { source, view },
      own: images.filter((image) => image.source === source && image.view === view),
    })),
  );
  const count = (own: readonly CatalogImage[], is: (image: CatalogImage) => boolean) => own.filter(is).length;
  return {
    characteristics: groups.map(({ key, own }) => ({
      ...key,
      images: own.length,
      patients: patients(own),
      age_median: 50,
      age_q1: 35.5,
      age_q3: 65,
      age_unknown: count(own, ({ age_years }) => age_years === null),
      female: count(own, ({ sex }) => sex === 'F'),
      male: count(own, ({ sex }) => sex === 'M'),
      sex_unknown: count(own, ({ sex }) => sex === null),
      no_finding: count(own, ({ no_finding }) => no_finding === true),
      no_finding_unknown: count(own, ({ no_finding }) => no_finding === null),
      none_of_five: 0,
      none_of_five_unknown: own.length,
      supine: 0,
      view_conflicts: 0,
    })),
    prevalence: groups.flatMap(({ key, own }) => {
      const ids = new Set(own.map(({ image_id }) => image_id));
      return FINDINGS.map((finding) => {
        const told = labels.filter(
          (label) => label.source === key.source && label.finding === finding && ids.has(label.image_id),
        );
        const counted = (value: number | null) => told.filter(({ label }) => label === value).length;
        const unknown = finding === 'FIB' ? told.length : counted(null);
        return {
          ...key,
          finding,
          label_set: 'report',
          positive: finding === 'FIB' ? 0 : counted(1),
          negative: finding === 'FIB' ? 0 : counted(0),
          unknown,
          positive_patients: counted(1),
        };
      });
    }),
  };
}

async function writeTestEvaluate(folder: string, metrics: Metrics): Promise<void> {
  await beginArtifact(folder);
  await writeFile(join(folder, 'metrics.json'), JSON.stringify(metrics));
  await finishArtifact(
    folder,
    {
      stage: 'evaluate',
      inputs: { 'predict/model1/seed-0': 'b'.repeat(64), 'predict/model2/seed-0': 'c'.repeat(64) },
      config: { from: 'model1', to: 'model2', primary: null, findings: null },
      files: [await fileEntry(folder, 'metrics.json')],
      counts: { cells: metrics.cells.length },
    },
    {},
  );
}

const EPOCHS = 24;

export function testHistory(model: string): HistoryLine[] {
  const noise = (...parts: (string | number)[]) => 0.03 * (hashUniform(model, ...parts) - 0.5);
  const lines = Array.from({ length: EPOCHS }, (_, e) => {
    const fall = Math.exp(-(e + 1) / 9);
    const reconstruction = model === 'model2' ? 0.008 + 0.05 * fall : null;
    return {
      epoch: e + 1,
      step: (e + 1) * 20,
      train: { classification: 0.25 + 0.4 * fall, reconstruction },
      val: {
        classification: 0.38 + 0.28 * fall + 0.0004 * e * e + noise('loss', e),
        reconstruction: reconstruction === null ? null : reconstruction + 0.002,
        auroc: { all: 0.72 - 0.2 * fall, AP: 0.7 - 0.2 * fall, PA: null },
      },
    };
  });
  let lowest = Number.POSITIVE_INFINITY;
  return lines.map((line) => {
    const best = line.val.classification < lowest;
    lowest = Math.min(lowest, line.val.classification);
    return { ...line, best };
  });
}

/** How a model was trained, as the manifest of its training says. */
export type TestTraining = ReturnType<typeof testTraining>;

export function testTraining(model: string) {
  return {
    name: model,
    seed: 0,
    size: 64,
    common: trainConfig.parse({ epochs: EPOCHS }),
    model: { decoder: model === 'model2' ? { loss: 'l1', lambda: 1 } : null },
    tuned: null as TrialValues | null,
    engine: { engine: 'native-cpu' },
    fairness: {
      initial_weights: '1'.repeat(64),
      batch_order: '2'.repeat(64),
      augmentations: '3'.repeat(64),
      steps: EPOCHS * 20,
    },
  };
}

async function writeTestTrain(
  folder: string,
  model: string,
  otherwise: Partial<TestTraining>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await beginArtifact(folder);
  const lines = testHistory(model).map((line) => `${JSON.stringify(line)}\n`);
  await writeFile(join(folder, 'history.jsonl'), lines.join(''));
  await finishArtifact(
    folder,
    {
      stage: 'train',
      inputs: { catalog: 'd'.repeat(64) },
      config: { ...testTraining(model), ...otherwise },
      files: [await fileEntry(folder, 'history.jsonl', EPOCHS)],
      counts: { epochs: EPOCHS },
    },
    {},
  );
}

export async function writeTestTune(
  folder: string,
  model: string,
  trials: readonly TrialResult[],
): Promise<{ model: string; folder: string }> {
  await beginArtifact(folder);
  await writeFile(join(folder, TUNE_FILES.trials), JSON.stringify(trials));
  const files = [await fileEntry(folder, TUNE_FILES.trials)];
  await finishArtifact(folder, { stage: 'tune', inputs: {}, config: { model }, files, counts: {} }, {});
  return { model, folder };
}

async function writeTestPredict(folder: string, model: string, source: string, count: number): Promise<void> {
  await beginArtifact(folder);
  const films = Array.from({ length: count }, (_, i): ShownEntry => {
    const name = `shown/${String(i).padStart(2, '0')}`;
    return {
      source,
      view: i % 2 === 0 ? 'AP' : 'PA',
      finding: i % 2 === 0 ? 'CSN' : 'PEF',
      logit: 0.5 - i,
      film: `${name}-film.png`,
      cam: `${name}-cam.png`,
      reconstruction: model === 'model2' ? `${name}-reconstruction.png` : null,
    };
  });
  const pngs = films.flatMap(({ film, cam, reconstruction }) => [
    film,
    cam,
    ...(reconstruction ? [reconstruction] : []),
  ]);
  await mkdir(join(folder, 'shown'), { recursive: true });
  for (const path of pngs) await writeFile(join(folder, path), PIXEL);
  await writeFile(join(folder, 'shown.json'), shownJson(films));
  await finishArtifact(
    folder,
    {
      stage: 'predict',
      inputs: { train: 'e'.repeat(64), catalog: 'd'.repeat(64) },
      config: { name: model, seed: 0 },
      files: await Promise.all(['shown.json', ...pngs].map((path) => fileEntry(folder, path))),
      counts: {},
    },
    {},
  );
}

/** A PNG of one grey pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);
