import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { type Calibration, clusterCount, combine, type Estimate } from '@viewgap/stats';
import { cellCalibration, cellOf, scoredFindings } from '../contrasts/calibration.ts';
import { bounds } from '../contrasts/inference.ts';
import { joinNotes } from '../contrasts/notes.ts';
import { tableOf } from '../contrasts/table.ts';
import { withInterval } from '../contrasts/with-interval.ts';

type CalibrationGap = MetricsRow<'calibration_gaps'>;

const MEASURES = ['intercept', 'slope', 'brier'] as const;

/** How calibration in AP differs from that in PA. Patients in both views are one cluster of the difference. */
export const table = tableOf(METRICS_TABLES.calibration_gaps, ({ study, contrasts, reading }) =>
  study.models.flatMap((model) =>
    scoredFindings(study, contrasts, model).flatMap(({ seed, finding, each, notes }) =>
      each.flatMap(({ scores, logits }) => {
        const [ap, pa] = (['AP', 'PA'] as const).map((view) =>
          cellCalibration(contrasts, cellOf(contrasts, logits, finding, view)),
        ) as [Calibration | null, Calibration | null];
        return MEASURES.map((of): CalibrationGap => {
          const [inAp, inPa] = [ap?.[of] ?? null, pa?.[of] ?? null];
          const gap = difference(inAp, inPa);
          const { value, se, ci } = withInterval(gap, reading.level);
          return {
            dataset: contrasts.dataset.name,
            model,
            seed,
            finding,
            scores,
            of,
            ap: inAp?.value ?? null,
            pa: inPa?.value ?? null,
            estimate: value,
            se,
            ...bounds('ci', ci),
            clusters: gap && clusterCount(gap),
            note: joinNotes([value === null ? 'cannot be estimated in both views' : null, ...notes]),
          };
        });
      }),
    ),
  ),
);

function difference(ap: Estimate | null, pa: Estimate | null): Estimate | null {
  if (ap === null || pa === null) return null;
  return combine([
    { weight: 1, estimate: ap },
    { weight: -1, estimate: pa },
  ]);
}
