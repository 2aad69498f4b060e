import type { Metrics } from '@viewgap/contracts';
import { findingCode, modelName } from './format.ts';
import { matches, shownSeed } from './selection.ts';

/** A mean over findings, and those that it leaves out because they cannot be estimated there. */
interface Mean {
  /** `AP`, `the gap` */
  readonly of: string;
  readonly without: readonly string[];
}

/**
 * Says which means leave out which findings, one line for each data set where means of different findings stand side by
 * side: `mAUROC: AP and the gap without FIB, which cannot be estimated there`. Of AUROCs and gaps, or of their changes.
 */
export function meanLines(metrics: Metrics, kind: 'levels' | 'changes'): string[] {
  return metrics.datasets.flatMap(({ dataset }) => {
    const means = kind === 'levels' ? levelMeans(metrics, dataset) : changeMeans(metrics, dataset);
    const of = (names: readonly string[]) => JSON.stringify(names);
    const sets = [...new Set(means.map(({ without }) => of(without)))];
    if (sets.length < 2) return [];
    const parts = sets.flatMap((set) => {
      const same = means.filter(({ without }) => of(without) === set);
      const without = same[0]?.without ?? [];
      return without.length === 0
        ? []
        : [`${listed(same.map((mean) => mean.of))} without ${listed(without.map(findingCode))}`];
    });
    const name = metrics.datasets.length > 1 ? `mAUROC of ${dataset}` : 'mAUROC';
    return [`${name}: ${parts.join(', ')}, which cannot be estimated there`];
  });
}

const VIEWS = ['AP', 'PA', 'all'] as const;

function levelMeans(metrics: Metrics, dataset: string): Mean[] {
  const cells = shownSeed(metrics, metrics.cells);
  const gaps = shownSeed(metrics, metrics.gaps);
  return [...VIEWS, null].flatMap((view) => {
    const absent = metrics.models.map((model) =>
      view === null
        ? findingsWhere(gaps, { dataset, model }, ({ estimate }) => estimate === null)
        : findingsWhere(cells, { dataset, model, view }, ({ estimate }) => estimate === null),
    );
    const of = view ?? 'the gap';
    const [first = []] = absent;
    if (absent.every((names) => names.join() === first.join())) return [{ of, without: first }];
    return absent.map((without, i) => ({ of: `${of} of ${modelName(metrics.models[i] ?? '')}`, without }));
  });
}

function changeMeans(metrics: Metrics, dataset: string): Mean[] {
  const { from, to } = metrics.settings;
  const changes = shownSeed(metrics, metrics.changes);
  return [...VIEWS, null].map((view) => ({
    of: view ?? 'the gap',
    without: findingsWhere(
      changes,
      { dataset, from_model: from, to_model: to, view },
      ({ estimate }) => estimate === null,
    ),
  }));
}

function findingsWhere<Row extends { readonly finding: string }>(
  rows: readonly Row[],
  key: Partial<Row>,
  absent: (row: Row) => boolean,
): string[] {
  return rows
    .filter((row) => row.finding !== 'mean' && matches(row, key) && absent(row))
    .map(({ finding }) => finding);
}

/** `a`, `a and b`, `a, b and c` */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
