import type { Metrics } from '@viewgap/contracts';
import { modelName } from '../text/format.ts';
import { ciOf, estimateOf, findingsOf, matches, shownSeed } from '../text/selection.ts';
import type { DataTable, TableColumn, TableRow } from '../text/table.ts';
import { DATASET, FINDING } from './result-tables.ts';

const MODEL: TableColumn = { key: 'model', head: 'Model', kind: 'label', shown: modelName };

/** What could make a gap an artefact. */
export function checkTable(metrics: Metrics): DataTable {
  const checks = shownSeed(metrics, metrics.checks);
  const rows = metrics.datasets.flatMap(({ dataset }) =>
    findingsOf(metrics).flatMap((finding) =>
      metrics.models.flatMap((model): TableRow[] => {
        const check = checks.find((row) => matches(row, { dataset, model, finding }));
        if (check === undefined) return [];
        return [
          {
            values: {
              dataset,
              finding,
              model,
              prevalence_ap: share(check.prevalence_ap),
              prevalence_pa: share(check.prevalence_pa),
              view_only_auroc: check.view_only_auroc,
              pooled_auroc: check.pooled_auroc,
              within_view_auroc: check.within_view_auroc,
              score_vs_view_auroc: check.score_vs_view_auroc,
            },
            notes: { pooled_auroc: check.note },
          },
        ];
      }),
    ),
  );
  return {
    name: 'checks',
    title: 'Checks for artefacts',
    about: 'Prevalence in percent; the other columns are AUROCs: 0.5 tells nothing.',
    columns: [
      DATASET,
      FINDING,
      MODEL,
      { key: 'prevalence_ap', head: 'AP', group: 'Prevalence, %', kind: 'number', digits: 1 },
      { key: 'prevalence_pa', head: 'PA', group: 'Prevalence, %', kind: 'number', digits: 1 },
      { key: 'view_only_auroc', head: 'View alone', kind: 'number' },
      { key: 'pooled_auroc', head: 'pooled', group: 'Of the score', kind: 'number' },
      { key: 'within_view_auroc', head: 'within view', group: 'Of the score', kind: 'number' },
      { key: 'score_vs_view_auroc', head: 'Score for view', kind: 'number' },
    ],
    rows,
  };
}

/** What tells the view beside the findings: the same for all findings, so in a table of its own. */
export function viewClueTable(metrics: Metrics): DataTable {
  const checks = shownSeed(metrics, metrics.checks);
  const rows = metrics.datasets.flatMap(({ dataset }) =>
    metrics.models.flatMap((model): TableRow[] => {
      const check = checks.find((row) => matches(row, { dataset, model }));
      if (check === undefined) return [];
      const { geometry_auroc, view_probe_auroc, view_probe_ci_low, view_probe_ci_high } = check;
      const ci = ciOf({ ci_low: view_probe_ci_low, ci_high: view_probe_ci_high });
      return [
        {
          values: {
            dataset,
            model,
            geometry_auroc,
            view_probe_auroc: { value: view_probe_auroc, ci },
          },
          notes: {
            geometry_auroc: geometry_auroc === null ? 'the sizes of the originals are not given' : null,
            view_probe_auroc: view_probe_auroc === null ? 'no probe was fitted' : null,
          },
        },
      ];
    }),
  );
  return {
    name: 'view-clues',
    title: 'What tells AP from PA',
    about:
      'AUROCs for \u201cis AP\u201d, of all images with a view. Geometry: width over height of the original film. Embedding: a linear probe on what the head sees, fitted on validation images.',
    columns: [
      DATASET,
      MODEL,
      { key: 'geometry_auroc', head: 'Geometry', kind: 'number' },
      { key: 'view_probe_auroc', head: 'Embedding', kind: 'estimate' },
    ],
    rows,
  };
}

/** What each check exposes, in the order of the columns. */
export const CHECK_MEANINGS: readonly (readonly [check: string, exposes: string])[] = [
  [
    'Prevalence per view',
    'A finding that is commoner in one view rewards a model for recognising the view instead of the finding.',
  ],
  [
    'View alone',
    'AUROC of the flag \u201cis AP\u201d for the finding: as far from 0.5 as this, the finding can be guessed without looking at the lungs.',
  ],
  [
    'Pooled and within view',
    'Where the pooled AUROC is above the within-view one, part of it comes from telling AP from PA films.',
  ],
  [
    'Score for view',
    'AUROC of the score for \u201cis AP\u201d among images without the finding: away from 0.5, the score responds to the view itself.',
  ],
  [
    'Geometry and embedding for view',
    'How well the shape of the original film alone, and a linear probe on the model\u2019s embedding, tell AP from PA: what a model could use instead of the lungs, and whether it knows.',
  ],
];

function share(value: number | null): number | null {
  return value === null ? null : 100 * value;
}

/** Controls whose result is known beforehand. */
export function controlTable(metrics: Metrics): DataTable {
  const rows = ['permuted-labels', 'identical-models']
    .flatMap((control) => metrics.controls.filter((row) => row.control === control))
    .map(
      (row): TableRow => ({
        values: {
          dataset: row.dataset,
          control: row.control,
          model: row.model,
          expected: row.control === 'identical-models' ? '0 exactly' : '0.5',
          value: estimateOf(row),
        },
        notes: { value: row.note },
      }),
    );
  const shown: Readonly<Record<string, string>> = {
    'permuted-labels': 'labels permuted',
    'identical-models': 'a model against itself',
  };
  return {
    name: 'controls',
    title: 'Negative controls',
    about:
      'The same statistics where the answer is known: mAUROC with the labels permuted, and the largest change of any AUROC or gap from a model to itself.',
    columns: [
      { key: 'control', head: 'Control', kind: 'label', shown: (code) => shown[code] ?? code },
      DATASET,
      MODEL,
      { key: 'expected', head: 'Must be', kind: 'text' },
      { key: 'value', head: 'Is', kind: 'estimate' },
    ],
    rows,
  };
}
