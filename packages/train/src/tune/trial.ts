import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Artifact,
  beginArtifact,
  canonicalJson,
  finishArtifact,
  MANIFEST_NAME,
  openArtifact,
  runFacts,
  type TrialResult,
} from '@viewgap/artifacts';
import {
  type HistoryLine,
  historyLine,
  type TrialValues,
  trialName,
  UserError,
  withTrial,
} from '@viewgap/contracts';
import { DivergedError } from '../fit/loss-guard.ts';
import { type TrainOptions, trainModel } from '../fit/train.ts';

/** A training on the tuning seed, of which nothing but its course is kept. */
export interface TrialOptions extends Omit<TrainOptions, 'tuned' | 'isTrial' | 'rival'> {
  /** what is tried, in place of the settings' own */
  readonly values: TrialValues;
}

const HISTORY = 'history.jsonl';

/**
 * Trains with the tried values and writes the trial's artifact: history.jsonl, and no weights, so that no image of a test
 * or external set can be scored with it. A training that diverged is a result, too: an artifact without a history.
 * @throws UserError, StoppedError as trainModel, but for a loss that is lost
 */
export async function runTrial({ values, ...options }: TrialOptions): Promise<Artifact> {
  const started = options.clock();
  const settings = withTrial(options, values);
  try {
    return await trainModel({ ...settings, tuned: values, isTrial: true });
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    options.progress.log(`trial ${options.name} ${trialName(values)}: ${error.what}, step ${error.step}`);
    return await writeDiverged(settings, values, error.step, started);
  }
}

/** Only the step is kept of the error, which names images. */
async function writeDiverged(
  { name, model, common, seed, engine, out, clock, checkpoints, ...rest }: Omit<TrialOptions, 'values'>,
  tuned: TrialValues,
  step: number,
  started: Date,
): Promise<Artifact> {
  const catalog = await openArtifact(rest.catalog, 'catalog', { rebuild: rest.rebuildCatalog });
  await beginArtifact(out);
  const artifact = await finishArtifact(
    out,
    {
      stage: 'trial',
      inputs: { catalog: catalog.sha256 },
      config: { name, seed, common, model, tuned, engine: engine.identity },
      files: [],
      counts: { diverged_at_step: step },
    },
    { ...runFacts(started, clock()), engine: engine.name },
  );
  if (checkpoints) await rm(checkpoints.folder, { recursive: true, force: true });
  return artifact;
}

/**
 * The artifact of this very trial, where it is finished: of the same catalog, settings, seed and engine.
 * @throws UserError where the catalog is not there
 */
export async function finishedTrial({ values, ...options }: TrialOptions): Promise<Artifact | null> {
  const catalog = await openArtifact(options.catalog, 'catalog', { rebuild: options.rebuildCatalog });
  const manifest = await readFile(join(options.out, MANIFEST_NAME)).catch(() => null);
  if (manifest === null) return null;
  const trial = await openArtifact(options.out, 'trial', { rebuild: 'name another folder' });
  const { name, seed, common, model, engine } = { ...withTrial(options, values) };
  const asked = { name, seed, common, model, tuned: values, engine: engine.identity };
  const config = trial.manifest.config as Record<string, unknown>;
  const had = Object.fromEntries(Object.keys(asked).map((key) => [key, config[key]]));
  const isSame =
    trial.manifest.inputs.catalog === catalog.sha256 && canonicalJson(had) === canonicalJson(asked);
  return isSame ? trial : null;
}

/**
 * The best epoch of a finished trial; null where it diverged or its validation loss is not a number.
 * @throws UserError where another version wrote it
 */
export async function trialBest(trial: Artifact, rebuild: string): Promise<TrialResult['best']> {
  if (!trial.manifest.files.some(({ path }) => path === HISTORY)) return null;
  const path = join(trial.folder, HISTORY);
  try {
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const best = lines.map((line) => JSON.parse(line) as HistoryLine).findLast((line) => line.best);
    // JSON has no NaN: it writes null.
    if (!best || best.val.classification === null) return null;
    const { epoch, val } = historyLine.parse(best);
    return { epoch, classification: val.classification, auroc: val.auroc };
  } catch (cause) {
    throw new UserError('not the history of a trial', path, rebuild, { cause });
  }
}
