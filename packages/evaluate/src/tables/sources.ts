import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { Contrasts } from '../contrasts/estimates.ts';
import { infer } from '../contrasts/inference.ts';
import type { Reading } from '../contrasts/reading.ts';
import { seeded } from '../contrasts/seeded.ts';
import { tableOf } from '../contrasts/table.ts';
import { CELL_VIEWS } from '../study/label-counts.ts';
import { partOf } from '../study/parts.ts';

type SourceRow = MetricsRow<'sources'>;

export const table = tableOf(METRICS_TABLES.sources, ({ study, contrasts, reading }) =>
  sourceRows(contrasts, study.models, reading),
);

/** AUROC within each source of a data set that has several: pooled, a score may tell the sources apart instead. */
function sourceRows(contrasts: Contrasts, models: readonly string[], reading: Reading): SourceRow[] {
  const { dataset, findings } = contrasts;
  const { source } = dataset.texts;
  if (source === undefined || source.names.length < 2) return [];
  return source.names.flatMap((name, code) => {
    const within = new Contrasts(
      partOf(dataset, (i) => source.code[i] === code),
      findings,
    );
    return models.flatMap((model) =>
      findings.flatMap((finding) =>
        CELL_VIEWS.map((view): SourceRow => {
          const { n, positives } = within.counts(finding, view);
          const auroc = seeded(contrasts.levelSeeds(model), (seeds) =>
            within.auroc(model, seeds, finding, view),
          );
          const { contrast, note } = infer(auroc, 'auroc', reading);
          const { p: _, ...numbers } = contrast;
          const key = { dataset: dataset.name, model, seed: null, finding, view, source: name };
          return { ...key, n, positives, ...numbers, note };
        }),
      ),
    );
  });
}
