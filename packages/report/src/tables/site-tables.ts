import type { Metrics } from '@viewgap/contracts';
import { confidence, modelName } from '../text/format.ts';
import { ciOf, estimateOf } from '../text/selection.ts';
import type { DataTable, TableColumn, TableRow } from '../text/table.ts';
import { subjectName } from './further-tables.ts';
import { DATASET, FINDING } from './result-tables.ts';

const OF: TableColumn = { key: 'of', head: 'Of', kind: 'label' };

/** The gap of mAUROC and its change in each site, and over sites. */
export function siteTable({ sites, settings }: Metrics): DataTable {
  const rows = sites.filter(
    ({ of, finding }) => finding === 'mean' && (of === 'gap' || of === 'change_of_gap'),
  );
  return {
    name: 'sites',
    title: 'Gaps in each site',
    about: `Of fewer than five sites the mean is of these sites; from five on it is of sites like these, and the prediction is for a further one. ${confidence(settings.level)} intervals. Every finding is in metrics.json.`,
    columns: [
      DATASET,
      OF,
      { key: 'site', head: 'Site', kind: 'label' },
      { key: 'value', head: 'Value', kind: 'signed-estimate' },
      { key: 'weight', head: 'Weight, %', kind: 'number', digits: 1 },
      { key: 'prediction', head: 'Prediction', kind: 'signed-estimate' },
      { key: 'p', head: 'p', kind: 'p' },
    ],
    rows: rows.map((row): TableRow => {
      const isMean = row.site === null;
      const prediction = ciOf({ ci_low: row.prediction_low, ci_high: row.prediction_high });
      return {
        strong: isMean,
        values: {
          dataset: row.dataset,
          of: subjectName(row),
          site: row.site ?? 'mean',
          value: estimateOf(row),
          weight: row.weight === null ? undefined : 100 * row.weight,
          prediction: prediction === null ? undefined : { value: row.estimate, ci: prediction },
          p: row.p,
        },
        notes: { value: row.note },
      };
    }),
  };
}

/** What declared errors of the labels do. */
export function labelErrorTable({ label_error }: Metrics): DataTable {
  return {
    name: 'label-error',
    title: 'What errors of the labels do',
    about:
      'Errors of labels shrink an AUROC, the more so where the finding is rare: a gap can come from them alone. Corrected for the declared sensitivity and specificity of the labels, if their errors do not depend on the score. Last: the gap that they would show if both views were read equally well.',
    columns: [
      DATASET,
      FINDING,
      { key: 'model', head: 'Model', kind: 'label', shown: modelName },
      { key: 'observed_gap', head: 'Gap', kind: 'signed' },
      { key: 'corrected_gap', head: 'Corrected gap', kind: 'signed' },
      { key: 'gap_of_equals', head: 'From labels alone', kind: 'signed' },
    ],
    rows: label_error.map(
      ({ dataset, finding, model, observed_gap, corrected_gap, gap_of_equals, note }): TableRow => ({
        values: { dataset, finding, model, observed_gap, corrected_gap, gap_of_equals },
        notes: { corrected_gap: note },
      }),
    ),
  };
}
