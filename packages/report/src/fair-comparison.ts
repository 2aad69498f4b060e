import { type Artifact, canonicalJson, type TrainFacts, trainFacts, UserError } from '@viewgap/contracts';

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

interface Comparable {
  readonly facts: TrainFacts;
  /** name of what must be the same -> its value */
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
