import { basename, dirname, resolve } from 'node:path';
import {
  catalogFacts,
  openArtifact,
  predictFacts,
  ScoredLedger,
  trainFacts,
  unitPath,
} from '@viewgap/artifacts';
import { ConfigError, externalSources } from '@viewgap/contracts';
import type { ReportRequest } from '@viewgap/report';
import { externalSets, ledgerFolder } from '../pipeline/external-sets.ts';
import { tunedModels } from '../pipeline/frozen-choice.ts';
import { readSettingsFile } from '../pipeline/settings-file.ts';
import { openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export interface ReportFlags {
  readonly pipeline?: string;
  readonly evaluate?: string;
  readonly catalog?: string;
  readonly train?: readonly string[];
  readonly predict?: readonly string[];
  readonly settings?: string;
  readonly name?: string;
  readonly out?: string;
}

type Work = Omit<ReportRequest, 'progress' | 'clock'>;

export async function report(flags: ReportFlags, context: Context): Promise<void> {
  const work =
    flags.pipeline === undefined
      ? await ownWork(flags, context)
      : await pipelineWork(flags.pipeline, context);
  const { writeReport } = await import('@viewgap/report');
  const { progress, clock } = context;
  await writeReport({ ...work, progress, clock });
}

async function pipelineWork(folder: string, context: Context): Promise<Work> {
  const place = await openWorkplace(folder, context);
  const { name, config } = place.pipeline;
  const isScored = externalSets(place.pipeline).length > 0;
  const models = Object.keys(config.train.models);
  const seed = config.train.seeds[0] ?? 0;
  return {
    evaluate: place.unit(unitPath.evaluate()),
    catalog: place.unit(unitPath.catalog()),
    trains: models.flatMap((model) =>
      config.train.seeds.map((seed) => ({ model, seed, folder: place.unit(unitPath.train(model, seed)) })),
    ),
    tunes: tunedModels(config).map((model) => ({ model, folder: place.unit(unitPath.tune(model)) })),
    scored: isScored ? await new ScoredLedger(place.pipeline.folder).tally() : null,
    predicts: models.map((model) => ({ model, seed, folder: place.unit(unitPath.predict(model, seed)) })),
    config: config.report,
    findings: config.findings,
    pipelineName: name,
    out: place.unit(unitPath.report()),
    rebuild: (unit: string) => place.rebuild(unit),
  };
}

async function ownWork(flags: ReportFlags, context: Context): Promise<Work> {
  const { evaluate, catalog, train, predict, settings, name, out } = flags;
  if (!evaluate || !catalog || !train || !predict || !out) {
    throw new ConfigError(
      'neither a pipeline nor artifacts to report',
      'report',
      'give --pipeline, or --evaluate, --catalog, --train, --predict and --out',
    );
  }
  const at = (path: string) => resolve(context.cwd, path);
  const { report: config, findings } = await readSettingsFile(settings, context);
  const trains = await Promise.all(train.map((folder) => trained(at(folder))));
  const predicts = await Promise.all(predict.map((folder) => predicted(at(folder))));
  const shown = trains[0]?.seed;
  return {
    evaluate: at(evaluate),
    catalog: at(catalog),
    trains,
    tunes: [],
    scored: await scoredSets(at(catalog)),
    predicts: predicts.filter(({ seed }) => seed === shown),
    config,
    findings,
    pipelineName: name ?? basename(settings === undefined ? at(out) : dirname(at(settings))),
    out: at(out),
    rebuild,
  };
}

async function trained(folder: string) {
  const again = rebuild('train');
  const { name, seed } = trainFacts(await openArtifact(folder, 'train', { rebuild: again }), again);
  return { model: name, seed, folder };
}

async function predicted(folder: string) {
  const again = rebuild('predict');
  const { name, seed } = predictFacts(await openArtifact(folder, 'predict', { rebuild: again }), again);
  return { model: name, seed, folder };
}

async function scoredSets(catalog: string): Promise<ReportRequest['scored']> {
  const again = rebuild('catalog');
  const { sources } = catalogFacts(await openArtifact(catalog, 'catalog', { rebuild: again }), again);
  return externalSources(sources).length === 0 ? null : new ScoredLedger(ledgerFolder(catalog)).tally();
}

/** @param unit of work, whose name begins with its stage */
function rebuild(unit: string): string {
  return `run viewgap ${unit.split('/')[0]} again`;
}
