import type { Metrics } from '@viewgap/contracts';
import type { CatalogSummary } from '../inputs/catalog-summary.ts';
import { findingCode } from './format.ts';
import { matches, shownSeed } from './selection.ts';

/** Why a number of a finding cannot be estimated, e.g. `no image with`, and where, e.g. `AP and PA`. */
interface Lack {
  readonly finding: string;
  readonly why: string;
  readonly where: string;
}

/**
 * Why cells of a data set are n/a: `no known label of CSN, PTX in AP and PA; no image with FIB in PA`. Null where every
 * cell could be estimated.
 */
export function datasetLacks(metrics: Metrics, dataset: string): string | null {
  const cells = shownSeed(metrics, metrics.cells).filter((cell) => cell.dataset === dataset);
  const lacks = metrics.findings.flatMap((finding): Lack[] => {
    const absent = (['AP', 'PA'] as const).flatMap((view) => {
      const cell = cells.find((one) => matches(one, { finding, view }) && one.estimate === null);
      return cell === undefined ? [] : [{ view, why: reasonOf(cell) }];
    });
    return [...new Set(absent.map(({ why }) => why))].map((why) => {
      const views = absent.filter((one) => one.why === why).map(({ view }) => view);
      return { finding, why, where: views.join(' and ') };
    });
  });
  return lackWords(lacks, metrics.findings.length);
}

/** Findings that no training could learn, from the labels of the train split alone; null where all could be learnt. */
export function trainingLacks({
  findings,
  labels,
}: Pick<CatalogSummary, 'findings' | 'labels'>): string | null {
  const train = labels.filter(({ split }) => split === 'train');
  if (train.length === 0) return null;
  const lacks = findings.flatMap((finding): Lack[] => {
    const sum = (of: 'positives' | 'negatives') =>
      train.filter((row) => row.finding === finding).reduce((total, row) => total + row[of], 0);
    const why = classLack(sum('positives'), sum('negatives'));
    return why === null ? [] : [{ finding, why, where: 'the training images' }];
  });
  return lackWords(lacks, findings.length);
}

function reasonOf({ n, positives }: Metrics['cells'][number]): string {
  return classLack(positives ?? 0, (n ?? 0) - (positives ?? 0)) ?? 'too few patients with or without';
}

function classLack(positives: number, negatives: number): string | null {
  if (positives + negatives === 0) return 'no known label of';
  if (positives === 0) return 'no image with';
  return negatives === 0 ? 'no image without' : null;
}

/** Findings that lack the same are named together. */
function lackWords(lacks: readonly Lack[], findings: number): string | null {
  const keys = [...new Set(lacks.map(({ why, where }) => JSON.stringify([why, where])))];
  const parts = keys.map((key) => {
    const [why, where] = JSON.parse(key) as [string, string];
    const names = lacks
      .filter((lack) => lack.why === why && lack.where === where)
      .map((lack) => lack.finding);
    const all = findings > 1 && names.length === findings && why !== 'no image without';
    const named = all ? 'any finding' : names.map(findingCode).join(', ');
    return `${why} ${named} in ${where}`;
  });
  return parts.join('; ') || null;
}
