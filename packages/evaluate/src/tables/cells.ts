import type { MetricsCell, MetricsGap } from '@viewgap/contracts';
import { clusterCount, holm } from '@viewgap/stats';
import type { Contrast, Contrasts } from '../study/estimates.ts';
import { CELL_VIEWS } from '../study/label-counts.ts';
import { MEAN } from '../study/study.ts';
import { type Reading, type Summary, summarise } from '../study/summary.ts';
import { methodColumns } from './method-columns.ts';

/**
 * Seeds of the rows of one model: always null, the mean over its seeds (of one seed: that seed), and each seed by
 * itself where there are several.
 */
export function seedRows(seeds: readonly number[]): { seed: number | null; of: readonly number[] }[] {
  const each = seeds.length > 1 ? seeds.map((seed) => ({ seed, of: [seed] })) : [];
  return [{ seed: null, of: seeds }, ...each];
}

/** AUROC of one model per seed, finding (and their mean) and view. */
export function cellRows(
  contrasts: Contrasts,
  model: string,
  reading: Reading,
  notes: readonly string[],
): MetricsCell[] {
  const dataset = contrasts.dataset.name;
  return seedRows(contrasts.seeds(model)).flatMap(({ seed, of }) => [
    ...contrasts.findings.flatMap((finding) =>
      CELL_VIEWS.map((view) => {
        const { n, positives, patients } = contrasts.counts(finding, view);
        const auroc = summarise(contrasts.auroc(model, of, finding, view), 'auroc', reading, notes);
        const auprc = contrasts.averagePrecision(model, of, finding, view);
        return { dataset, model, seed, finding, view, n, positives, patients, auprc, ...withAuroc(auroc) };
      }),
    ),
    ...CELL_VIEWS.map((view) => {
      const mean = contrasts.mean((finding) => contrasts.auroc(model, of, finding, view));
      const patients = mean.estimate === null ? 0 : clusterCount(mean.estimate);
      const auroc = summarise(mean, 'auroc', reading, notes);
      const counts = { n: null, positives: null, patients, auprc: null };
      const row = { dataset, model, seed, finding: MEAN, view, ...counts };
      return { ...row, ...withAuroc(auroc) };
    }),
  ]);
}

function withAuroc({ value, se, ci, note }: Summary): Pick<MetricsCell, 'auroc' | 'se' | 'ci' | 'note'> {
  return { auroc: value, se, ci, note };
}

/** AUROC(AP) - AUROC(PA) of one model per seed and finding; a family of tests is the findings of one seed row. */
export function gapRows(
  contrasts: Contrasts,
  model: string,
  reading: Reading,
  notes: readonly string[],
): MetricsGap[] {
  const dataset = contrasts.dataset.name;
  return seedRows(contrasts.seeds(model)).flatMap(({ seed, of }) => {
    const gap = (seeds: readonly number[]) => (finding: string) => contrasts.gap(model, seeds, finding);
    const gaps = withMean(contrasts, gap(of));
    const bySeed = of.map((one) => withMean(contrasts, gap([one])));
    const summaries = gaps.map((contrast) => summarise(contrast, 'difference', reading, notes));
    const adjusted = holm(summaries.slice(0, -1).map(({ p }) => p));
    return summaries.map((summary, f): MetricsGap => {
      const { value, se, ci, p, note } = summary;
      const each = bySeed.map((contrasts) => contrasts[f] as Contrast);
      return {
        dataset,
        model,
        seed,
        finding: contrasts.findings[f] ?? MEAN,
        ap_minus_pa: value,
        pa_minus_ap: value === null ? null : 0 - value,
        abs: value === null ? null : Math.abs(value),
        se,
        ci,
        p,
        p_holm: adjusted[f] ?? null,
        ...methodColumns(gaps[f] as Contrast, summary, each, reading.level),
        note,
      };
    });
  });
}

/** A contrast of each finding, and last their mean. */
export function withMean(contrasts: Contrasts, of: (finding: string) => Contrast): Contrast[] {
  const each = new Map(contrasts.findings.map((finding) => [finding, of(finding)]));
  return [...each.values(), contrasts.mean((finding) => each.get(finding) as Contrast)];
}
