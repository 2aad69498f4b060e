/**
 * Whether a gap that is planted in images is found, and none where none is planted. For each seed, phantoms whose AP
 * and PA films differ in blur alone are drawn, ingested, split by patient, trained on (Model 1, a small encoder) and
 * evaluated; the same films at every strength of the blur.
 *
 *   npx tsx studies/planted-blur/planted-blur.ts --seeds 0-19 --blur 0
 *   npx tsx studies/planted-blur/planted-blur.ts --seeds 0-4 --blur 0,0.5,1,2,4
 *
 * Blur is the standard deviation in pixels of films of 64; noise is added after it, so that what it took away is lost. It
 * takes the edge of a pneumothorax and the net of a fibrosis, a pixel wide both: their mean gap is what must grow with it.
 * The other findings are broad, and the finer structure that hides them is taken as well.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Store } from '@viewgap/artifacts';
import {
  DEFAULT_FINDINGS,
  DEFAULT_STUDY,
  type DefaultFinding,
  evaluateConfig,
  ingestConfig,
  type Metrics,
  modelConfig,
  phantomConfig,
  predictConfig,
  silentProgress,
  sourceConfig,
  trainConfig,
} from '@viewgap/contracts';
import { metrics } from '@viewgap/contracts/metrics';
import { defaultCacheDir, startEngine } from '@viewgap/engine';
import { evaluatePredictions, studentInterval } from '@viewgap/evaluate';
import { buildCatalog, ingestSource } from '@viewgap/ingest';
import { writePhantom } from '@viewgap/phantom';
import { predictImages, trainModel } from '@viewgap/train';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0-19' },
    blur: { type: 'string', default: '0' },
    films: { type: 'string', default: '2400' },
    epochs: { type: 'string', default: '16' },
  },
});
const [first = 0, last = first] = values.seeds.split('-').map(Number);
const seeds = Array.from({ length: last - first + 1 }, (_, i) => first + i);
const strengths = values.blur.split(',').map(Number);

/** The findings that fine structure carries. */
const FINE = ['PTX', 'FIB'] as const satisfies DefaultFinding[];
/** Edge of the films, pixels. */
const SIZE = 64;
const shared = { progress: silentProgress, clock: () => new Date() };
const engine = await startEngine({ cacheDir: defaultCacheDir(process.env), log: console.error });

interface Gap {
  /** AP minus PA */
  readonly value: number;
  readonly ci: readonly [number, number];
}

interface Result {
  readonly auroc: Readonly<Record<'AP' | 'PA', number>>;
  /** of the mean over all findings, and over those of fine structure */
  readonly all: Gap;
  readonly fine: Gap;
  readonly byFinding: readonly number[];
}

/** From drawing to metrics.json, all in a folder that goes when it is done. */
async function study(seed: number, apBlur: number): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-planted-'));
  try {
    const at = (name: string) => join(folder, name);
    const source = sourceConfig.parse({ adapter: 'nih-chestxray14', root: at('films') });
    const phantom = phantomConfig.parse({
      images: Number(values.films),
      seed,
      size: SIZE,
      views: 'alike',
      apBlur,
      broken: false,
    });
    await writePhantom({ source, phantom, out: at('films'), progress: silentProgress });
    const store = new Store(at('store'));
    await ingestSource({
      ...shared,
      name: 'phantom',
      config: source,
      settings: ingestConfig.parse({ size: SIZE, encoding: 'raw' }),
      pipelineFolder: folder,
      env: {},
      out: at('ingest'),
      cacheDir: at('readings'),
      store,
    });
    await buildCatalog({
      ...shared,
      sources: { phantom: at('ingest') },
      config: { seed, splits: { train: 0.5, val: 0.08, test: 0.42 }, overlap: 'refuse', lookAlikes: false },
      findings: DEFAULT_STUDY,
      out: at('catalog'),
      store,
      rebuild: () => 'run again',
    });
    const trained = { ...shared, catalog: at('catalog'), rebuildCatalog: 'run again', store, engine };
    await trainModel({
      ...trained,
      name: 'model1',
      model: modelConfig.parse({}),
      common: trainConfig.parse({
        encoder: { name: 'residual', widths: [16, 32, 64] },
        epochs: Number(values.epochs),
        learningRate: 0.002,
        schedule: { shape: 'cosine', warmUp: 0.05 },
        precision: 'auto',
      }),
      seed,
      pretrained: null,
      out: at('train'),
    });
    await predictImages({
      ...trained,
      train: at('train'),
      rebuildTrain: 'run again',
      config: predictConfig.parse({ shown: 0 }),
      shownSources: [],
      out: at('predict'),
    });
    const evaluated = async (name: string, findings: readonly DefaultFinding[] | null) => {
      await evaluatePredictions({
        ...shared,
        predictions: [at('predict/predictions.arrow')],
        inputs: {},
        config: evaluateConfig.parse({ findings }),
        out: at(name),
      });
      return metrics.parse(JSON.parse(await readFile(at(`${name}/metrics.json`), 'utf8')));
    };
    return resultOf(await evaluated('evaluate', null), await evaluated('evaluate-fine', FINE));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function resultOf(all: Metrics, fine: Metrics): Result {
  const aurocIn = (view: 'AP' | 'PA') =>
    all.cells.find((row) => row.finding === 'mean' && row.seed === null && row.view === view)
      ?.estimate as number;
  return {
    auroc: { AP: aurocIn('AP'), PA: aurocIn('PA') },
    all: gapOf(all, 'mean'),
    fine: gapOf(fine, 'mean'),
    byFinding: DEFAULT_FINDINGS.map((finding) => gapOf(all, finding).value),
  };
}

function gapOf({ gaps }: Metrics, finding: string): Gap {
  const gap = gaps.find((row) => row.finding === finding && row.seed === null);
  if (!gap || gap.estimate === null || gap.ci_low === null || gap.ci_high === null) {
    throw new Error(`no gap of ${finding}: ${gap?.note}`);
  }
  return { value: gap.estimate, ci: [gap.ci_low, gap.ci_high] };
}

const signed = (value: number, digits = 4) => (value < 0 ? '' : '+') + value.toFixed(digits);
const row = (...cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);
const printed = ({ value, ci }: Gap) => `${signed(value)} (${signed(ci[0])} to ${signed(ci[1])})`;
const holds0 = ({ ci: [low, high] }: Gap) => low <= 0 && high >= 0;

/** Mean over seeds with Student's 95 % interval: whether the method does it, not this set of films. */
function overSeeds(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const df = values.length - 1;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const se = Math.sqrt(squares / df / values.length);
  const ci = df > 0 ? studentInterval(mean, { se, df }, 0.95) : null;
  return ci ? printed({ value: mean, ci }) : signed(mean);
}

function head(...names: readonly string[]): void {
  row(...names);
  row(...names.map(() => '---'));
}

head(
  'seed',
  'blur',
  'mAUROC AP',
  'PA',
  'gap, all findings',
  `gap, ${FINE.join(' and ')}`,
  ...DEFAULT_FINDINGS,
  'seconds',
);
const results: Result[][] = [];
for (const seed of seeds) {
  const ofSeed: Result[] = [];
  for (const blur of strengths) {
    const began = performance.now();
    const result = await study(seed, blur);
    const { auroc, all, fine, byFinding } = result;
    row(
      `${seed}`,
      `${blur}`,
      auroc.AP.toFixed(3),
      auroc.PA.toFixed(3),
      printed(all),
      printed(fine),
      ...byFinding.map((value) => signed(value, 3)),
      ((performance.now() - began) / 1000).toFixed(0),
    );
    ofSeed.push(result);
  }
  results.push(ofSeed);
}
for (const name of ['all', 'fine'] as const) {
  console.log(`\n${name === 'all' ? 'all findings' : FINE.join(' and ')}`);
  head(
    'blur',
    'intervals that hold 0',
    'gap, mean over seeds',
    'less that of the strength before, films paired',
  );
  strengths.forEach((blur, i) => {
    const at = (k: number) => results.map((ofSeed) => (ofSeed[k] as Result)[name]);
    const gaps = at(i).map(({ value }) => value);
    const steps = i === 0 ? [] : gaps.map((value, s) => value - (at(i - 1)[s] as Gap).value);
    const held = at(i).filter(holds0).length;
    row(`${blur}`, `${held} of ${seeds.length}`, overSeeds(gaps), i === 0 ? '' : overSeeds(steps));
  });
}
