import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  MANIFEST_NAME,
  openArtifact,
  ScoredLedger,
  type TrainFacts,
  trainFacts,
  unitPath,
} from '@viewgap/artifacts';
import { externalSources, type NamedPipeline } from '@viewgap/contracts';
import type { Context } from '../terminal/context.ts';
import { pipelineOfCatalog, type Workplace } from './workplace.ts';

/** Sources that are scored and never trained on. */
export function externalSets({ config }: NamedPipeline): string[] {
  return externalSources(config.sources);
}

/** Folder of the ledger that counts looks at a catalog's external sets: its pipeline, else where the catalog lies. */
export function ledgerFolder(catalog: string): string {
  return pipelineOfCatalog(catalog) ?? dirname(catalog);
}

/**
 * Records that a model has scored the external sets, and says so.
 * @param folder of the study: that of its pipeline.json, or else what its catalog lies in
 */
export function recorder(
  folder: string,
  external: readonly string[],
  { progress }: Pick<Context, 'progress'>,
): (train: TrainFacts) => Promise<void> {
  const ledger = new ScoredLedger(folder);
  return async (train) => {
    if (external.length === 0) return;
    const which = await ledger.record(train, external);
    // Which it is, not how many there are: Nx prints this line again when the count may have grown.
    progress.log(
      `predict ${train.name} seed ${train.seed}: configuration ${which} of those that ever scored ${external.join(', ')}`,
    );
  };
}

/**
 * Records the configurations of all predictions that are there: Nx may have them from the cache of a checkout whose ledger
 * this is not.
 */
export async function recordFinished(place: Workplace): Promise<ScoredLedger> {
  const ledger = new ScoredLedger(place.pipeline.folder);
  const sets = externalSets(place.pipeline);
  const { models, seeds } = place.pipeline.config.train;
  const units = Object.keys(models).flatMap((model) =>
    seeds.map((seed) => ({ train: unitPath.train(model, seed), predict: unitPath.predict(model, seed) })),
  );
  const open = (stage: 'train' | 'predict', unit: string) =>
    openArtifact(place.unit(unit), stage, { rebuild: place.rebuild(unit) });
  for (const unit of units) {
    if (![unit.train, unit.predict].every((path) => existsSync(join(place.unit(path), MANIFEST_NAME))))
      continue;
    const train = await open('train', unit.train);
    const { inputs } = (await open('predict', unit.predict)).manifest;
    // Else another training has taken the place of the one that was scored and recorded then.
    if (inputs.train === train.sha256)
      await ledger.record(trainFacts(train, place.rebuild(unit.train)), sets);
  }
  return ledger;
}
