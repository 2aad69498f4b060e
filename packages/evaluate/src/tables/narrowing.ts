import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { type Comparison, compare } from '../contrasts/comparison.ts';
import type { Contrasts } from '../contrasts/estimates.ts';
import { bounds, type Inferred } from '../contrasts/inference.ts';
import { narrowingOf, type OfFindings } from '../contrasts/narrowing.ts';
import { joinNotes } from '../contrasts/notes.ts';
import { meanOfFindings, primaryFindings } from '../contrasts/primary-findings.ts';
import type { Reading } from '../contrasts/reading.ts';
import { tableOf } from '../contrasts/table.ts';
import { MEAN } from '../study/study.ts';

type NarrowingRow = MetricsRow<'narrowing'>;
type Of = Parameters<OfFindings>[0];

/** Name of the mean over the primary findings. */
const PRIMARY = 'primary';

export const table = tableOf(METRICS_TABLES.narrowing, ({ contrasts, pairs, config, reading, notes }) =>
  pairs.flatMap(([from, to]) => {
    const comparison = compare(contrasts, from, to);
    const said = [...comparison.notes, ...notes];
    const isPrimary = contrasts.dataset.name === config.primary && from === config.from && to === config.to;
    const primary = isPrimary
      ? [
          {
            finding: PRIMARY,
            of: meanOfFindings(
              primaryFindings(contrasts, config.primaryMinimum, reading),
              config.primaryMinimum,
            ),
          },
        ]
      : [];
    const each = contrasts.findings.map((finding) => ({ finding, of: (of: Of) => of(finding) }));
    const mean = { finding: MEAN, of: (of: Of) => contrasts.mean(of) };
    return [...each, mean, ...primary].map(({ finding, of }) =>
      narrowingRow(contrasts, comparison, finding, of, reading, config.margin, said),
    );
  }),
);

function narrowingRow(
  contrasts: Contrasts,
  comparison: Comparison,
  finding: string,
  of: OfFindings,
  reading: Reading,
  margin: number | null,
  notes: readonly string[],
): NarrowingRow {
  const { gapFrom, gapTo, change, sum, p, changes, noViewLoses, outcome } = narrowingOf(
    contrasts,
    comparison,
    of,
    reading,
    margin,
  );
  return {
    dataset: contrasts.dataset.name,
    from_model: comparison.from,
    to_model: comparison.to,
    finding,
    gap_from: gapFrom,
    gap_to: gapTo,
    change_of_gap: change.contrast.estimate,
    ...bounds('change_of_gap_ci', ends(change)),
    sum_of_gaps: sum.contrast.estimate,
    ...bounds('sum_of_gaps_ci', ends(sum)),
    p,
    change_ap: changes.AP.contrast.estimate,
    ...bounds('change_ap_ci', ends(changes.AP)),
    change_pa: changes.PA.contrast.estimate,
    ...bounds('change_pa_ci', ends(changes.PA)),
    no_view_loses: noViewLoses,
    outcome,
    clusters: change.contrast.clusters,
    basis: change.contrast.basis,
    note: joinNotes([change.note, ...notes]),
  };
}

function ends({ contrast: { ci_low, ci_high } }: Inferred): [number, number] | null {
  return ci_low === null || ci_high === null ? null : [ci_low, ci_high];
}
