import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  MANIFEST_NAME,
  type NamedPipeline,
  openArtifact,
  ScoredLedger,
  trainFacts,
  unitPath,
} from '@viewgap/contracts';
import type { Workplace } from './workplace.ts';

/** Sources that are scored and never trained on. */
export function externalSets({ config }: NamedPipeline): string[] {
  return Object.keys(config.sources).filter((name) => config.sources[name]?.role === 'external');
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
