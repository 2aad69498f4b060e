import type { Metrics } from '@viewgap/contracts';
import type { MetricsRow } from '@viewgap/contracts/metrics';
import { confidence, modelName } from '../text/format.ts';
import { estimateOf, matches } from '../text/selection.ts';
import type { DataTable, TableColumn, TableRow } from '../text/table.ts';
import { DATASET, FINDING } from './result-tables.ts';

type GroupRow = MetricsRow<'groups'>;

const VIEW: TableColumn = { key: 'view', head: 'View', kind: 'label' };

/** How the groups that were asked for differ: the gap of two, the range of more. */
export function groupTable({ groups, settings }: Metrics): DataTable {
  const rows = groups.filter(
    ({ of, view }) => (of === 'gap' || of === 'change_of_gap' || of === 'range') && view === 'all',
  );
  return {
    name: 'groups',
    title: 'AUROC by group',
    about: `AUROC of one group minus that of another; of more than two groups the range, which is above 0 by chance alone. Both views together; within each view they are in metrics.json. ${confidence(settings.level)} intervals.`,
    columns: [
      DATASET,
      { key: 'by', head: 'By', kind: 'label' },
      FINDING,
      { key: 'of', head: 'Of', kind: 'label' },
      { key: 'value', head: 'AUROC', kind: 'signed-estimate' },
      { key: 'p', head: 'p', kind: 'p' },
    ],
    rows: rows.map((row): TableRow => {
      const { dataset, grouped_by: by, finding, p, note } = row;
      return {
        strong: finding === 'mean',
        values: {
          dataset,
          by,
          finding,
          of: nameOf(row),
          value: estimateOf(row),
          p: row.of === 'range' ? undefined : p,
        },
        notes: { value: note },
      };
    }),
  };
}

function nameOf({ of, group_name, other_group, model, from_model, to_model }: GroupRow): string {
  const what = of === 'range' ? 'range' : `${group_name} - ${other_group}`;
  const whose =
    model === null ? `${modelName(from_model ?? '')} to ${modelName(to_model ?? '')}` : modelName(model);
  return `${what}, ${whose}`;
}

/** AUROC of patients by age and sex within each view, each finding. */
export function patientGroupTable({ groups, models, findings, settings }: Metrics): DataTable {
  const finest = FINEST.find((by) => groups.some((row) => row.grouped_by === by));
  const own = groups.filter(
    ({ of, grouped_by, view }) => of === 'auroc' && grouped_by === finest && view !== 'all',
  );
  const [first] = models;
  return {
    name: 'patient-groups',
    title: 'AUROC by view, age and sex',
    about: `Each view is split by the age and the sex of its patients. ${confidence(settings.level)} intervals.`,
    columns: [
      DATASET,
      FINDING,
      VIEW,
      { key: 'group', head: 'Patients', kind: 'label' },
      { key: 'n', head: 'Images', kind: 'count' },
      { key: 'positives', head: 'Positive', kind: 'count' },
      ...models.map((model): TableColumn => ({ key: model, head: modelName(model), kind: 'estimate' })),
    ],
    rows: own
      .filter(({ model, finding }) => model === first && findings.includes(finding))
      .map((row): TableRow => {
        const { dataset, finding, view, group_name, grouped_by, n, positives } = row;
        const each = models.map((model) => {
          const found = own.find((one) =>
            matches(one, { dataset, finding, view, group_name, grouped_by, model }),
          );
          return { model, value: estimateOf(found), note: found?.note ?? null };
        });
        return {
          values: {
            dataset,
            finding,
            view,
            group: group_name,
            n,
            positives,
            ...Object.fromEntries(each.map(({ model, value }) => [model, value])),
          },
          notes: Object.fromEntries(each.map(({ model, note }) => [model, note])),
        };
      }),
  };
}

const FINEST = ['age x sex', 'age', 'sex'];
