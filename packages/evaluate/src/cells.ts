import type { MetricsCell, MetricsGap } from '@viewgap/contracts';
import { holm } from './adjust.ts';
import { clusterCount } from './contrast.ts';
import type { Contrasts } from './contrasts.ts';
import { CELL_VIEWS } from './label-counts.ts';
import { type Reading, type Summary, summarise } from './summary.ts';

/** The name of the macro mean over findings. */
export const MEAN = 'mean';

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
        return { dataset, model, seed, finding, view, n, positives, patients, ...withAuroc(auroc) };
      }),
    ),
    ...CELL_VIEWS.map((view) => {
      const mean = contrasts.mean((finding) => contrasts.auroc(model, of, finding, view));
      const patients = mean.estimate === null ? 0 : clusterCount(mean.estimate);
      const auroc = summarise(mean, 'auroc', reading, notes);
      const row = { dataset, model, seed, finding: MEAN, view, n: null, positives: null, patients };
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
    const gap = (finding: string) => contrasts.gap(model, of, finding);
    const summaries = contrasts.findings.map((finding) =>
      summarise(gap(finding), 'difference', reading, notes),
    );
    const adjusted = holm(summaries.map(({ p }) => p));
    const mean = summarise(contrasts.mean(gap), 'difference', reading, notes);
    return [...summaries, mean].map((summary, f): MetricsGap => {
      const { value, se, ci, p, note } = summary;
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
        note,
      };
    });
  });
}
