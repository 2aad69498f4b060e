import type { Metrics } from '@viewgap/contracts';
import { confidence, findingName, modelName, modelNames } from '../text/format.ts';
import { meanLines } from '../text/mean-findings.ts';
import {
  cellOf,
  changeOf,
  clusterNoun,
  estimateOf,
  findingsOf,
  gapOf,
  matches,
  oneSeed,
} from '../text/selection.ts';
import type { DataTable, TableColumn, TableRow } from '../text/table.ts';

export const DATASET: TableColumn = { key: 'dataset', head: 'Data set', kind: 'label' };
export const FINDING: TableColumn = {
  key: 'finding',
  head: 'Finding',
  kind: 'label',
  shown: (finding) => findingName(finding),
};
const VIEW: TableColumn = { key: 'view', head: 'View', kind: 'label' };

const VIEW_ORDER = ['AP', 'PA', 'mean', 'all'] as const;

const CLUSTERS: Readonly<Record<string, string>> = { patient: 'Patients', image: 'Images' };

/** What the intervals are, for captions. */
export function intervalNote(metrics: Metrics): string {
  const { cluster } = metrics.settings;
  const unit = cluster === 'patient' ? 'patients' : cluster === 'image' ? 'single images' : cluster;
  const seeds = oneSeed(metrics)
    ? ' Of these weights.'
    : ` Mean over ${metrics.seeds.length} seeds, ${metrics.seeds.length < 3 ? 'of these weights' : 'of the method'}.`;
  return `${confidence(metrics.settings.level)} intervals, clustered by ${unit}.${seeds}`;
}

/** AUROC of every model for every finding and view. */
export function performanceTable(metrics: Metrics): DataTable {
  const names = modelNames(metrics.models);
  const rows = metrics.datasets.flatMap(({ dataset }) =>
    findingsOf(metrics).flatMap((finding) =>
      VIEW_ORDER.map((view): TableRow => {
        const cells = metrics.models.map((model) => cellOf(metrics, { dataset, model, finding, view }));
        const first = cells.find((cell) => cell !== undefined);
        const entries = metrics.models.map((model, i) => [`${model}_auroc`, cells[i]] as const);
        return {
          strong: finding === 'mean',
          values: {
            dataset,
            finding,
            view,
            n: first?.n ?? undefined,
            positives: first?.positives ?? undefined,
            clusters: first?.clusters,
            ...Object.fromEntries(entries.map(([key, cell]) => [key, estimateOf(cell)])),
          },
          notes: Object.fromEntries(entries.map(([key, cell]) => [key, cell?.note ?? null])),
        };
      }),
    ),
  );
  return {
    name: 'performance',
    title: 'AUROC by finding and view',
    about: `mAUROC is the mean over the findings that can be estimated; mean = the mean of AP and PA, all = AP and PA pooled. ${intervalNote(metrics)}`,
    columns: [
      DATASET,
      FINDING,
      VIEW,
      { key: 'n', head: 'Images', kind: 'count' },
      { key: 'positives', head: 'Positive', kind: 'count' },
      { key: 'clusters', head: CLUSTERS[clusterNoun(metrics)] ?? 'Clusters', kind: 'count' },
      ...metrics.models.map(
        (model, m): TableColumn => ({ key: `${model}_auroc`, head: names[m] as string, kind: 'estimate' }),
      ),
    ],
    rows,
    remarks: meanLines(metrics, 'levels'),
  };
}

/** The mean over findings is tested by itself: it has no adjusted p, which is not a lack. */
function adjusted(finding: string, p: number | null | undefined): number | null | undefined {
  return finding === 'mean' ? (p ?? undefined) : (p ?? null);
}

/** The reason for a missing test is attached to the empty p, the rest of a note to the number. */
export function notesOf(note: string | null): {
  readonly number: string | null;
  readonly test: string | null;
} {
  const remarks = note?.split('; ') ?? [];
  const [test, number] = [true, false].map((ofTest) =>
    remarks.filter((remark) => remark.startsWith('no test') === ofTest).join('; '),
  );
  return { number: number || null, test: test || null };
}

/** The view gap of every model for every finding. */
export function gapTable(metrics: Metrics): DataTable {
  const names = modelNames(metrics.models);
  const rows = metrics.datasets.flatMap(({ dataset }) =>
    findingsOf(metrics).map((finding): TableRow => {
      const gaps = metrics.models.map((model) => ({
        model,
        gap: gapOf(metrics, { dataset, model, finding }),
      }));
      return {
        strong: finding === 'mean',
        values: {
          dataset,
          finding,
          ...Object.fromEntries(
            gaps.flatMap(({ model, gap }) => [
              [`${model}_gap`, estimateOf(gap)],
              [`${model}_p`, gap?.p ?? null],
              [`${model}_p_adjusted`, adjusted(finding, gap?.p_adjusted)],
            ]),
          ),
        },
        notes: Object.fromEntries(
          gaps.flatMap(({ model, gap }) => {
            const { number, test } = notesOf(gap?.note ?? null);
            return [[`${model}_gap`, number] as const, [`${model}_p`, test] as const];
          }),
        ),
      };
    }),
  );
  return {
    name: 'gaps',
    title: 'View gap by finding',
    about: `Gap = AUROC(AP) - AUROC(PA): below 0 the model reads PA films better. ${intervalNote(metrics)} Holm p: adjusted over the findings.`,
    columns: [
      DATASET,
      FINDING,
      ...metrics.models.flatMap((model, m): TableColumn[] => {
        const group = names[m] as string;
        return [
          { key: `${model}_gap`, head: 'gap', group, kind: 'signed-estimate' },
          { key: `${model}_p`, head: 'p', group, kind: 'p' },
          { key: `${model}_p_adjusted`, head: 'Holm p', group, kind: 'p' },
        ];
      }),
    ],
    rows,
  };
}

const QUANTITIES = [
  { code: 'auroc-mean', of: 'change_of_auroc', view: 'mean', shown: 'AUROC, mean of AP and PA' },
  { code: 'auroc-AP', of: 'change_of_auroc', view: 'AP', shown: 'AUROC, AP' },
  { code: 'auroc-PA', of: 'change_of_auroc', view: 'PA', shown: 'AUROC, PA' },
  { code: 'auroc-all', of: 'change_of_auroc', view: 'all', shown: 'AUROC, all pooled' },
  { code: 'gap', of: 'change_of_gap', view: null, shown: 'gap, AP - PA' },
] as const;

/** What changes from the first model to the second: AUROC in every view, and the gap. */
export function changeTable(metrics: Metrics): DataTable {
  const rows = metrics.datasets.flatMap(({ dataset }) =>
    QUANTITIES.flatMap(({ code, of, view }) =>
      findingsOf(metrics).map((finding): TableRow => {
        const change = changeOf(metrics, { dataset, finding, of, view });
        const { number, test } = notesOf(change?.note ?? null);
        return {
          strong: finding === 'mean',
          values: {
            dataset,
            quantity: code,
            finding,
            change: estimateOf(change),
            p: change?.p ?? null,
            p_adjusted: adjusted(finding, change?.p_adjusted),
            p_bh: adjusted(finding, change?.p_bh),
          },
          notes: { change: number, p: test },
        };
      }),
    ),
  );
  const quantity = (code: string) => QUANTITIES.find((row) => row.code === code)?.shown ?? code;
  return {
    name: 'changes',
    title: `Change from ${modelName(metrics.settings.from)} to ${modelName(metrics.settings.to)}`,
    about: `A change of the gap below 0 moves it towards PA, above 0 towards AP. ${intervalNote(metrics)} Holm and BH (Benjamini-Hochberg): adjusted over the findings of one quantity; the mean is not one of them.`,
    columns: [
      DATASET,
      { key: 'quantity', head: 'Change of', kind: 'label', shown: quantity },
      FINDING,
      { key: 'change', head: 'Change', kind: 'signed-estimate' },
      { key: 'p', head: 'p', kind: 'p' },
      { key: 'p_adjusted', head: 'Holm p', kind: 'p' },
      { key: 'p_bh', head: 'BH p', kind: 'p' },
    ],
    rows,
    remarks: meanLines(metrics, 'changes'),
  };
}

/** The means of every seed by itself; no rows where there is one seed. */
export function seedTable(metrics: Metrics): DataTable {
  const seeds = oneSeed(metrics) ? [] : metrics.seeds;
  const rows = metrics.datasets.flatMap(({ dataset }) =>
    metrics.models.flatMap((model) =>
      seeds.map((seed): TableRow => {
        const key = { dataset, model, seed, finding: 'mean' };
        const gap = metrics.gaps.find((row) => matches(row, key));
        const cells = VIEW_ORDER.map((view) => {
          const cell = metrics.cells.find((row) => matches(row, { ...key, view }));
          return [view, estimateOf(cell)] as const;
        });
        return {
          values: {
            dataset,
            model,
            seed: String(seed),
            ...Object.fromEntries(cells),
            gap: estimateOf(gap),
          },
          notes: { gap: gap?.note ?? null },
        };
      }),
    ),
  );
  return {
    name: 'seeds',
    title: 'mAUROC of each seed',
    about: `Each training by itself, ${confidence(metrics.settings.level)} intervals of these weights.`,
    columns: [
      DATASET,
      { key: 'model', head: 'Model', kind: 'label', shown: modelName },
      { key: 'seed', head: 'Seed', kind: 'label' },
      ...VIEW_ORDER.map((view): TableColumn => ({ key: view, head: view, kind: 'estimate' })),
      { key: 'gap', head: 'gap, AP - PA', kind: 'signed-estimate' },
    ],
    rows,
    remarks: meanLines(metrics, 'levels'),
  };
}
