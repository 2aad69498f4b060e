import type { MetricsSource } from '@viewgap/contracts';
import { Contrasts } from '../study/estimates.ts';
import { CELL_VIEWS } from '../study/label-counts.ts';
import { onlyWhere } from '../study/study.ts';
import { type Reading, summarise } from '../study/summary.ts';

/** AUROC within each source of a data set that has several: pooled, a score may tell the sources apart instead. */
export function sourceRows(
  contrasts: Contrasts,
  models: readonly string[],
  reading: Reading,
): MetricsSource[] {
  const { dataset, findings } = contrasts;
  const { source } = dataset.texts;
  if (source === undefined || source.names.length < 2) return [];
  return source.names.flatMap((name, code) => {
    const within = new Contrasts(
      onlyWhere(dataset, (i) => source.code[i] === code),
      findings,
    );
    return models.flatMap((model) =>
      findings.flatMap((finding) =>
        CELL_VIEWS.map((view): MetricsSource => {
          const { n, positives } = within.counts(finding, view);
          const contrast = within.auroc(model, within.seeds(model), finding, view);
          const { value: auroc, se, ci, note } = summarise(contrast, 'auroc', reading);
          const key = { dataset: dataset.name, model, seed: null, finding, view, source: name };
          return { ...key, n, positives, auroc, se, ci, note };
        }),
      ),
    );
  });
}
