import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Artifact,
  beginArtifact,
  catalogFacts,
  fileEntry,
  finishArtifact,
  openArtifact,
  runFacts,
  type ScoredTally,
  trainFacts,
  unitPath,
  writeFileAtomic,
} from '@viewgap/artifacts';
import { counted, type Metrics, type Progress, type ReportConfig, UserError } from '@viewgap/contracts';
import { metrics as metricsSchema } from '@viewgap/contracts/metrics';
import { figuresOf, tablesOf } from './contents.ts';
import { renderFigure } from './figures/figure.ts';
import { tableCsv } from './formats/csv.ts';
import { tableMarkdown } from './formats/markdown.ts';
import { tableTex } from './formats/tex.ts';
import { readCatalog } from './inputs/catalog-summary.ts';
import { controlChanges, fairPairs, type TrainInput } from './inputs/fair-comparison.ts';
import { readHistory, type Training } from './inputs/history.ts';
import { contentIsSynthetic, type NamedInput, type ReportContent } from './inputs/report-content.ts';
import { readShown, type Shown } from './inputs/shown.ts';
import { readTuned, refuseUntuned, type Tuned } from './inputs/tuned.ts';
import { type DrawnFigure, page } from './page/page.ts';
import type { DataTable } from './text/table.ts';

export interface ReportRequest {
  /** folder of the evaluate artifact */
  readonly evaluate: string;
  /** folder of the catalog artifact */
  readonly catalog: string;
  /** folders of the train artifacts, for the loss curves */
  readonly trains: readonly { readonly model: string; readonly seed: number; readonly folder: string }[];
  /** folders of the tune artifacts: what chose the settings of the models that have trials */
  readonly tunes: readonly { readonly model: string; readonly folder: string }[];
  /** how many configurations ever scored an external set; null where there is none */
  readonly scored: ScoredTally | null;
  /** folders of the predict artifacts whose pictures are shown: one of each model, of one seed */
  readonly predicts: readonly { readonly model: string; readonly seed: number; readonly folder: string }[];
  readonly config: ReportConfig;
  readonly pipelineName: string;
  /** folder that the report is written to; what is in it is cleared */
  readonly out: string;
  readonly progress: Progress;
  readonly clock: () => Date;
  /** the command that makes a unit's artifact again, for errors */
  readonly rebuild: (unit: string) => string;
}

/**
 * Writes index.html, tables/*.{csv,md,tex}, figures/*.svg and the manifest. The same inputs give the same bytes.
 * @throws UserError where an input is absent, incomplete or not what its stage promises, or the models were not trained alike
 */
export async function writeReport(request: ReportRequest): Promise<Artifact> {
  const { out, progress, clock } = request;
  const started = clock();
  const content = await readContent(request);
  const synthetic = contentIsSynthetic(content);
  const tables = tablesOf(content);
  const figures = figuresOf(content);
  const task = progress.start('report', tables.length + figures.length + 1, 'part');
  await beginArtifact(out);
  const texts: ReportFile[] = [];
  for (const [done, table] of tables.entries()) {
    for (const file of tableFiles(table, synthetic)) texts.push(file);
    task.update(done + 1, table.name);
  }
  const drawn: DrawnFigure[] = [];
  for (const [done, figure] of figures.entries()) {
    const svg = await renderFigure(figure, synthetic);
    drawn.push({ figure, svg });
    texts.push({ path: `figures/${figure.name}.svg`, text: svg, rows: null });
    task.update(tables.length + done + 1, figure.name);
  }
  texts.push({ path: 'index.html', text: page(content, tables, drawn), rows: null });
  const files = await Promise.all(
    texts.map(async ({ path, text, rows }) => {
      await writeFileAtomic(join(out, path), text);
      return fileEntry(out, path, rows);
    }),
  );
  const artifact = await finishArtifact(
    out,
    {
      stage: 'report',
      inputs: Object.fromEntries(content.inputs.map(({ unit, artifact: input }) => [unit, input.sha256])),
      config: request.config,
      files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      counts: {
        tables: tables.length,
        figures: figures.length,
        ...(content.scored && { configurations_scored: content.scored.configurations }),
      },
    },
    runFacts(started, clock()),
  );
  task.finish(`${counted(tables.length, 'table')}, ${counted(figures.length, 'figure')}`);
  return artifact;
}

interface ReportFile {
  readonly path: string;
  readonly text: string;
  readonly rows: number | null;
}

function tableFiles(table: DataTable, synthetic: boolean): ReportFile[] {
  const file = (kind: string, text: string) => ({
    path: `tables/${table.name}.${kind}`,
    text,
    rows: table.rows.length,
  });
  return [
    file('csv', tableCsv(table, synthetic)),
    file('md', tableMarkdown(table, synthetic)),
    file('tex', tableTex(table, synthetic)),
  ];
}

async function readContent(request: ReportRequest): Promise<ReportContent> {
  const { rebuild, pipelineName, config } = request;
  const open = async (unit: string, folder: string, stage: string): Promise<NamedInput> => ({
    unit,
    artifact: await openArtifact(folder, stage, { rebuild: rebuild(unit) }),
  });
  const evaluate = await open(unitPath.evaluate(), request.evaluate, 'evaluate');
  const catalog = await open(unitPath.catalog(), request.catalog, 'catalog');
  const metrics = await readMetrics(request.evaluate, rebuild(evaluate.unit));
  const trains: (NamedInput & TrainInput)[] = [];
  for (const { model, seed, folder } of request.trains) {
    const input = await open(unitPath.train(model, seed), folder, 'train');
    trains.push({ ...input, model, seed });
  }
  const retrain = (model: string, seed: number) => rebuild(unitPath.train(model, seed));
  const pairs = fairPairs(trains, metrics.settings, retrain);
  const trainings: Training[] = [];
  for (const { model, seed, unit, artifact } of trains) {
    trainings.push({ model, seed, history: await readHistory(artifact, rebuild(unit)) });
  }
  const tunes: (NamedInput & Tuned)[] = [];
  for (const { model, folder } of request.tunes) {
    const input = await open(unitPath.tune(model), folder, 'tune');
    tunes.push({ ...input, ...(await readTuned(input.artifact, model, rebuild(input.unit))) });
  }
  refuseUntuned(tunes, trains, metrics.settings.from, retrain);
  const predicts: NamedInput[] = [];
  const shown: Shown[] = [];
  for (const { model, seed, folder } of request.predicts) {
    const input = await open(unitPath.predict(model, seed), folder, 'predict');
    predicts.push(input);
    shown.push(await readShown(input.artifact, { model, seed }, rebuild(input.unit)));
  }
  return {
    pipelineName,
    config,
    metrics,
    catalog: await readCatalog(catalog.artifact, rebuild(catalog.unit)),
    catalogFacts: catalogFacts(catalog.artifact, rebuild(catalog.unit)),
    trainings,
    trained: trains.map(({ unit, artifact }) => trainFacts(artifact, rebuild(unit))),
    tuned: tunes,
    scored: request.scored,
    shown,
    fairPairs: pairs,
    controls: controlChanges(trains, metrics.settings.from, retrain),
    inputs: [evaluate, catalog, ...tunes, ...trains, ...predicts],
  };
}

/**
 * Reads metrics.json of an evaluate artifact.
 * @throws UserError where it is absent or is not what contracts promise
 */
export async function readMetrics(folder: string, rebuild: string): Promise<Metrics> {
  const path = join(folder, 'metrics.json');
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new UserError('the metrics cannot be read', path, rebuild, { cause });
  }
  const parsed = metricsSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UserError(
    `not the metrics that evaluate promises, ${issue?.path.join('.')}: ${issue?.message}`,
    path,
    rebuild,
    { cause: parsed.error },
  );
}
