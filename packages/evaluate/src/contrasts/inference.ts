import {
  clusterCount,
  clusteredError,
  type Estimate,
  type InferenceQuestion,
  type Interval,
  inferMethod,
  inferWeights,
  logitInterval,
  seedReaders,
  studentInterval,
  studentP,
} from '@viewgap/stats';
import { aurocTerms, strataOfTerms } from './auroc-terms.ts';
import type { Contrast } from './estimates.ts';
import { fewPatients, joinNotes } from './notes.ts';
import { clustersNoun, type Reading, rarerClass } from './reading.ts';
import { SEEDS_FOR_METHOD, SEEDS_FOR_TEST, type Seeded } from './seeded.ts';

/** `auroc`: an AUROC or a mean of them, inside (0, 1) and not tested; `difference`: a signed contrast, tested against 0. */
export type Kind = 'auroc' | 'difference';

/** The numbers that a table prints for a contrast, as its columns. */
export interface Inferred {
  readonly contrast: {
    readonly estimate: number | null;
    readonly se: number | null;
    readonly ci_low: number | null;
    readonly ci_high: number | null;
    readonly df: number | null;
    readonly clusters: number;
    readonly basis: 'weights' | 'method';
    readonly p: number | null;
  };
  readonly weights: {
    readonly weights_se: number | null;
    readonly weights_ci_low: number | null;
    readonly weights_ci_high: number | null;
    readonly weights_p: number | null;
  };
  readonly note: string | null;
}

/** An error with what is made from it. */
interface Part {
  readonly se: number | null;
  readonly interval: Interval | null;
  readonly df: number | null;
  readonly p: number | null;
}

const NOTHING: Part = { se: null, interval: null, df: null, p: null };

/**
 * Error, interval and test of a contrast: of the method from SEEDS_FOR_METHOD seeds on, of these weights before.
 * @param notes what else a reader must know
 */
export function infer(seeded: Seeded, kind: Kind, reading: Reading, notes: readonly string[] = []): Inferred {
  const { mean, bySeed } = seeded;
  const { estimate } = mean;
  const { ofWeights, ofMethod } = partsOf(seeded, kind, reading);
  const { se, interval, df, p } = ofMethod ?? ofWeights;
  return {
    contrast: {
      estimate: estimate?.value ?? null,
      se,
      ...bounds('ci', interval),
      df,
      clusters: estimate === null ? 0 : clusterCount(estimate),
      basis: ofMethod === null ? 'weights' : 'method',
      p,
    },
    weights: {
      weights_se: ofWeights.se,
      ...bounds('weights_ci', ofWeights.interval),
      weights_p: ofWeights.p,
    },
    note: joinNotes([
      mean.missing,
      ...mean.remarks,
      ...remarksOf(mean, kind, ofWeights, reading),
      ofMethod !== null && bySeed.length < SEEDS_FOR_TEST
        ? `${bySeed.length} seeds: the interval is descriptive, there is no test`
        : null,
      ...notes,
    ]),
  };
}

/** The two columns of an interval. */
export function bounds<const Name extends string>(name: Name, ci: Interval | null) {
  return { [`${name}_low`]: ci?.[0] ?? null, [`${name}_high`]: ci?.[1] ?? null } as {
    readonly [Key in `${Name}_low` | `${Name}_high`]: number | null;
  };
}

interface Parts {
  readonly ofWeights: Part;
  /** null: too few seeds, so that all speaks of these weights */
  readonly ofMethod: Part | null;
}

/**
 * By the rules for combinations of AUROCs. Of what is none, and where the clusters are no patients, such as hospitals,
 * by Student's t on clusters - 1.
 */
function partsOf({ mean, bySeed }: Seeded, kind: Kind, reading: Reading): Parts {
  const { estimate } = mean;
  if (estimate === null) return { ofWeights: NOTHING, ofMethod: null };
  const terms = aurocTerms(mean, reading);
  const ofSeeds = bySeed.length >= SEEDS_FOR_METHOD;
  if (terms.length === 0 || reading.cluster === 'other') {
    const ofWeights = symmetric(estimate, kind, reading.level);
    const ofMethod = ofSeeds ? symmetricMethod(estimate, bySeed, kind, reading.level) : null;
    return { ofWeights: tested(ofWeights, mean, kind, reading), ofMethod };
  }
  const question: InferenceQuestion = { terms, strata: strataOfTerms(mean), kind, level: reading.level };
  const ofWeights = { ...NOTHING, ...inferWeights(question) };
  const ofMethod = ofSeeds ? { ...NOTHING, ...inferMethod(question) } : null;
  return {
    ofWeights: tested(ofWeights, mean, kind, reading),
    ofMethod: ofMethod && tested(ofMethod, mean, kind, reading),
  };
}

/** Without its p where a class has too few patients, and where it is an AUROC. */
function tested(part: Part, { cells }: Contrast, kind: Kind, reading: Reading): Part {
  const enough = cells.every((counts) => rarerClass(counts, reading) >= reading.no_test_below);
  return kind === 'difference' && enough ? part : { ...part, p: null };
}

function symmetric(estimate: Estimate, kind: Kind, level: number): Part {
  const se = clusteredError(estimate);
  return se === null ? NOTHING : student(estimate.value, se, clusterCount(estimate) - 1, kind, level);
}

function symmetricMethod(estimate: Estimate, bySeed: readonly Contrast[], kind: Kind, level: number): Part {
  const each = bySeed.flatMap((contrast) => contrast.estimate ?? []);
  const errors = each.map(clusteredError);
  const se = clusteredError(estimate);
  if (each.length < bySeed.length || se === null || errors.includes(null)) return NOTHING;
  const ofSeeds = errors.reduce((sum: number, error) => sum + (error as number) ** 2, 0) / errors.length;
  const values = each.map(({ value }) => value);
  const readers = seedReaders(values, se ** 2, ofSeeds, clusterCount(estimate) - 1);
  if (readers === null) return NOTHING;
  const part = student(estimate.value, Math.sqrt(readers.variance), readers.df, kind, level);
  return bySeed.length < SEEDS_FOR_TEST ? { ...part, p: null } : part;
}

function student(value: number, se: number, df: number, kind: Kind, level: number): Part {
  if (se === 0) return { ...NOTHING, se, df };
  const error = { se, df };
  const interval =
    kind === 'auroc' ? logitInterval(value, se, level, df) : studentInterval(value, error, level);
  return { se, interval, df, p: studentP(value, error) };
}

function remarksOf(
  { estimate, cells }: Contrast,
  kind: Kind,
  { se, interval, p }: Part,
  reading: Reading,
): (string | null)[] {
  if (estimate === null) return [];
  const few = cells.some((counts) => rarerClass(counts, reading) < reading.no_test_below);
  return [
    se === null ? `only one of the ${clustersNoun(reading)}: no standard error` : null,
    se !== null && interval === null ? 'standard error is 0: no interval and no test' : null,
    fewPatients(cells, reading),
    kind === 'difference' && p === null && few
      ? `no test below ${reading.no_test_below} ${reading.cluster === 'patient' ? 'patients' : 'images'} of a class`
      : null,
  ];
}
