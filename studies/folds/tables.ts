import type { Metrics } from '@viewgap/contracts';
import { type Pooled, pooledAuroc, pooledChange, verdict } from './pooled.ts';

const MEAN = 'mean';

/** Markdown: mAUROC of each model, and of each fold. */
export function aurocTable(folds: readonly Metrics[], models: readonly string[]): string {
  return table(
    ['model', 'mAUROC', '95 % CI', 'folds'],
    models.map((model) => {
      const pooled = pooledAuroc(folds, model, MEAN);
      if (pooled === null) return [model, 'none', '', ''];
      return [model, pooled.value.toFixed(3), interval(pooled, 3), each(pooled.values)];
    }),
  );
}

/**
 * Markdown: for each pair, the difference of mAUROC and of each finding's AUROC, the later model less the earlier.
 * Intervals of findings are not adjusted for their number.
 */
export function differenceTable(folds: readonly Metrics[], models: readonly string[]): string {
  const findings = [MEAN, ...new Set(folds.flatMap((fold) => fold.findings))];
  const pairs = models.flatMap((from, i) => models.slice(i + 1).map((to): [string, string] => [from, to]));
  return table(
    ['', 'finding', 'difference', '95 % CI', 'first is'],
    pairs.flatMap((pair) =>
      findings.map((finding) => {
        const pooled = pooledChange(folds, pair, finding);
        const [from, to] = pair;
        const head = [`${to} - ${from}`, finding === MEAN ? 'mAUROC' : finding];
        if (pooled === null) return [...head, 'none', '', 'not shown'];
        return [...head, signed(pooled.value), interval(pooled, 3), verdict(pooled)];
      }),
    ),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function interval({ ci }: Pooled, digits: number): string {
  return ci === null ? 'none' : `${ci[0].toFixed(digits)} to ${ci[1].toFixed(digits)}`;
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(3)}`;
}

function each(values: readonly (number | null)[]): string {
  return values.map((value) => value?.toFixed(3) ?? 'none').join(', ');
}
