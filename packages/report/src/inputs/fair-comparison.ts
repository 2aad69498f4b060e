import { type Artifact, canonicalJson, type TrainFacts, trainFacts } from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';

/** A training that the report has, by model and seed. */
export interface TrainInput {
  readonly model: string;
  readonly seed: number;
  readonly artifact: Artifact;
}

/** Two trainings of one seed that were found to differ in nothing but the model. */
export interface FairPair {
  readonly seed: number;
  readonly fairness: TrainFacts['fairness'];
}

/**
 * Checks, seed by seed, that the two compared models began with the same weights and were shown the same images in the
 * same order, moved alike, for as many steps and under the same settings. A seed that only one of them has is no pair.
 * @throws UserError naming what differs, for which models and seeds; also where a manifest does not say
 */
export function fairPairs(
  trains: readonly TrainInput[],
  { from, to }: { readonly from: string; readonly to: string },
  rebuild: (model: string, seed: number) => string,
): FairPair[] {
  const pairs = trains
    .filter(({ model }) => model === from)
    .flatMap((first) =>
      trains
        .filter(({ model, seed }) => model === to && seed === first.seed)
        .map((second) => ({ first, second })),
    )
    .map(({ first, second }) => {
      refuseControls([first, second], rebuild);
      const [a, b] = [first, second].map((train) => comparable(train, rebuild(train.model, train.seed))) as [
        Comparable,
        Comparable,
      ];
      return { seed: first.seed, fairness: a.facts.fairness, differing: differences(a.parts, b.parts) };
    });
  const unfair = pairs.filter(({ differing }) => differing.length > 0);
  const [worst] = unfair;
  if (worst !== undefined) {
    throw new UserError(
      'the compared models were not trained alike',
      unfair
        .map(({ seed, differing }) => `${from} and ${to}, seed ${seed}, differ in ${differing.join(', ')}`)
        .join('; '),
      `train both from the same section of one pipeline.json; ${rebuild(from, worst.seed)}; ${rebuild(to, worst.seed)}`,
    );
  }
  return pairs.map(({ seed, fairness }) => ({ seed, fairness }));
}

/** The training settings in which a control differs from the model that it is compared with. */
export interface ControlChange {
  readonly model: string;
  /** `steps 24 instead of 12` and the like */
  readonly changes: readonly string[];
}

/**
 * Every model that its training declares to be a control, with all in which it differs from another, of the first seed
 * that both have; hashes that differ because of these settings are left out.
 * @throws UserError where a manifest does not say how it was trained
 */
export function controlChanges(
  trains: readonly TrainInput[],
  from: string,
  rebuild: (model: string, seed: number) => string,
): ControlChange[] {
  return [...new Set(trains.map(({ model }) => model))].flatMap((model) => {
    const pairs = trains
      .filter((train) => train.model === model)
      .flatMap((control) => {
        const other = trains.find((train) => train.model === from && train.seed === control.seed);
        return other && model !== from ? [{ control, other }] : [];
      });
    const [pair] = pairs;
    if (!pair) return [];
    const { control, other } = pair;
    const [ours, theirs] = [control, other].map((train) =>
      comparable(train, rebuild(train.model, train.seed)),
    ) as [Comparable, Comparable];
    if (!ours.facts.model.control) return [];
    const said = (parts: Comparable['parts'], name: string) => canonicalJson(parts[name] ?? null);
    const changes = differences(ours.parts, theirs.parts)
      .filter((name) => name === 'steps' || name.startsWith('common.'))
      // The number of steps that were taken says it already.
      .filter((name) => name !== 'common.steps')
      .map(
        (name) =>
          `${name.replace('common.', '')} ${said(ours.parts, name)} instead of ${said(theirs.parts, name)}`,
      );
    return [{ model, changes }];
  });
}

/** A control is trained otherwise by intent: it may stand beside the primary comparison, not in it. */
function refuseControls(
  trains: readonly TrainInput[],
  rebuild: (model: string, seed: number) => string,
): void {
  for (const { model, seed, artifact } of trains) {
    const { control } = trainFacts(artifact, rebuild(model, seed)).model;
    if (!control) continue;
    throw new UserError(
      'a control is no part of the primary comparison',
      `${model}, which changes ${Object.keys(control).join(', ')}`,
      'name models without a control in evaluate.from and evaluate.to',
    );
  }
}

interface Comparable {
  readonly facts: TrainFacts;
  /** name of each value that must be equal -> the value */
  readonly parts: Readonly<Record<string, unknown>>;
}

function comparable({ model, seed, artifact }: TrainInput, rebuild: string): Comparable {
  const facts = trainFacts(artifact, rebuild);
  if (facts.seed !== seed) {
    throw new UserError(
      `the train artifact of ${model} is not of seed ${seed}`,
      `seed ${facts.seed}`,
      rebuild,
    );
  }
  const { fairness, common, size } = facts;
  const settings = Object.entries(common).map(([name, value]) => [`common.${name}`, value]);
  const parts = {
    ...fairness,
    ...Object.fromEntries(settings),
    size,
    catalog: artifact.manifest.inputs.catalog,
  };
  return { facts, parts };
}

function differences(a: Comparable['parts'], b: Comparable['parts']): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.filter((name) => canonicalJson(a[name] ?? null) !== canonicalJson(b[name] ?? null));
}
