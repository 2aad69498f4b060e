import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { holm, type Interval, largest, smallest } from '@viewgap/stats';
import { changeOf, compare } from '../contrasts/comparison.ts';
import { average, type Contrast, Contrasts, difference, missing } from '../contrasts/estimates.ts';
import { bounds, type Inferred, infer } from '../contrasts/inference.ts';
import { joinNotes } from '../contrasts/notes.ts';
import type { Reading } from '../contrasts/reading.ts';
import { type Seeded, seeded, seededWithMean } from '../contrasts/seeded.ts';
import { type DatasetTask, tableOf } from '../contrasts/table.ts';
import { groupingsOf, patientGroups } from '../study/groupings.ts';
import { CELL_VIEWS, type CellView, inView } from '../study/label-counts.ts';
import { inNote } from '../study/note-name.ts';
import { partOf, subsetOf } from '../study/parts.ts';
import type { Stratification } from '../study/strata.ts';
import { MEAN, UNKNOWN } from '../study/study.ts';

type GroupRow = MetricsRow<'groups'>;

/**
 * AUROC within groups of images, and how groups differ, as AP and PA are compared. A view of a grouping after the other,
 * and groups too where there are more than two, so that few estimates are in memory at a time.
 */
export const table = tableOf(METRICS_TABLES.groups, (task) => {
  const { dataset } = task.contrasts;
  const patients = patientGroups(dataset);
  return [
    ...groupingsOf(dataset, task.config.groups).flatMap((grouping) =>
      CELL_VIEWS.flatMap((view) =>
        grouping.names.length === 2 ? pairRows(task, grouping, view) : manyRows(task, grouping, view),
      ),
    ),
    ...(patients === null || task.config.groups.includes(patients.by)
      ? []
      : (['AP', 'PA'] as const).flatMap((view) =>
          groupsOf(task, patients, view, false).flatMap((group) => [...levelRows(task, group())]),
        )),
  ];
});

/** The images of one group in one view. */
interface Group {
  readonly by: string;
  readonly name: string;
  readonly view: CellView;
  readonly within: Contrasts;
}

/** Each group when it is asked for; with the patients of all of them only where groups are compared. */
function groupsOf(
  { contrasts: { dataset, findings } }: DatasetTask,
  { by, names, code }: Stratification,
  view: CellView,
  isCompared: boolean,
): (() => Group)[] {
  return names.map((name, s) => () => {
    const own = isCompared
      ? partOf(dataset, (i) => code[i] === s)
      : subsetOf(dataset, (i) => code[i] === s && inView(dataset.ap[i] as number, view));
    return { by, name, view, within: new Contrasts(own, findings) };
  });
}

/** Two groups: the gap between them, and how it changes from model to model. */
function pairRows(task: DatasetTask, grouping: Stratification, view: CellView): GroupRow[] {
  const { study, contrasts, pairs, reading, notes } = task;
  const [first, second] = groupsOf(task, grouping, view, true).map((group) => group()) as [Group, Group];
  const gap = (model: string, seeds: readonly number[], finding: string) => {
    const [a, b] = [first, second].map((group) =>
      ofGroup(group.within.auroc(model, seeds, finding, view), group.name),
    ) as [Contrast, Contrast];
    return difference(a, b);
  };
  const tested = (key: Key, each: readonly Seeded[], said: readonly string[]) =>
    testedRows(task, { ...first, key: { ...key, other_group: second.name }, each, notes: said }, reading);
  const gaps = study.models.flatMap((model) => {
    const each = seededWithMean(contrasts, contrasts.levelSeeds(model), (seeds) => (finding) => {
      return gap(model, seeds, finding);
    });
    return tested({ of: 'gap', model, ...NO_CHANGE }, each, notes);
  });
  const changes = pairs.flatMap(([from, to]) => {
    const { seeds, notes: said } = compare(contrasts, from, to);
    if (seeds.length === 0) return [];
    const each = seededWithMean(contrasts, seeds, (own) => (finding) => {
      return difference(gap(to, own, finding), gap(from, own, finding));
    });
    const key = { of: 'change_of_gap', model: null, from_model: from, to_model: to } as const;
    return tested(key, each, [...said, ...notes]);
  });
  return [
    ...[first, second].flatMap((group) => [...levelRows(task, group), ...changeRows(task, group)]),
    ...gaps,
    ...changes,
  ];
}

/** The AUROC of a group, whose terms are not those of the same finding and view in another group. */
function ofGroup({ terms, ...contrast }: Contrast, name: string): Contrast {
  const own = [...terms].map(([key, term]) => [JSON.stringify([name, key]), term] as const);
  return { ...contrast, terms: new Map(own) };
}

/** More groups: each by itself, and the range of their AUROCs. */
function manyRows(task: DatasetTask, grouping: Stratification, view: CellView): GroupRow[] {
  const { study, contrasts } = task;
  const groups = groupsOf(task, grouping, view, false);
  const common = commonFindings(contrasts, grouping, view);
  // Together the intervals of all groups hold at the level (Bonferroni), and with them what is made from their ends.
  const reading = { ...task.reading, level: 1 - (1 - task.reading.level) / groups.length };
  const wide: Wide[] = [];
  const rows = groups.flatMap((make) => {
    const group = make();
    for (const one of wideLevels({ ...task, reading }, group, common)) wide.push(one);
    return [...levelRows(task, group), ...changeRows(task, group)];
  });
  const ranges = study.models.flatMap((model) =>
    [...contrasts.findings, MEAN].map((finding): GroupRow => {
      const of = wide.filter((one) => one.model === model && one.finding === finding);
      const notes = finding === MEAN && common.length > 0 ? meanOf(common, contrasts.findings) : [];
      return rangeRow(of, { model, finding, grouped_by: grouping.by, view }, task, [...notes, ...task.notes]);
    }),
  );
  return [...rows, ...ranges];
}

/** The findings that every group can tell apart: a mean over others would compare findings and not groups. */
function commonFindings(
  { dataset, findings }: Contrasts,
  { names, code }: Stratification,
  view: CellView,
): string[] {
  return findings.filter((_, f) => {
    const labels = dataset.labels[f] as Int8Array;
    const first = names.map(() => [-1, -1]);
    const several = names.map(() => [false, false]);
    for (let i = 0; i < labels.length; i++) {
      const [s, label, g] = [code[i] as number, labels[i] as number, dataset.patient[i] as number];
      if (s === -1 || label === UNKNOWN || !inView(dataset.ap[i] as number, view)) continue;
      const [seen, more] = [first[s] as number[], several[s] as boolean[]];
      if (seen[label] === -1) seen[label] = g;
      else if (seen[label] !== g) more[label] = true;
    }
    return several.every((more) => more[0] === true && more[1] === true);
  });
}

function meanOf(common: readonly string[], findings: readonly string[]): string[] {
  return common.length === findings.length ? [] : [`mean of ${common.map(inNote).join(', ')}`];
}

/** An AUROC of one group with its interval at the level of all groups together. */
interface Wide {
  readonly model: string;
  readonly finding: string;
  readonly contrast: Inferred['contrast'];
}

function wideLevels(
  { study, contrasts, reading }: DatasetTask,
  group: Group,
  common: readonly string[],
): Wide[] {
  const { view, within } = group;
  return study.models.flatMap((model) =>
    [...contrasts.findings, MEAN].map((finding): Wide => {
      const auroc = seeded(contrasts.levelSeeds(model), (seeds) => {
        const of = (one: string) => within.auroc(model, seeds, one, view);
        if (finding !== MEAN) return of(finding);
        return common.length === 0 ? missing('no finding in every group') : average(common.map(of));
      });
      return { model, finding, contrast: infer(auroc, 'auroc', reading).contrast };
    }),
  );
}

function rangeRow(
  groups: readonly Wide[],
  key: Pick<GroupRow, 'model' | 'finding' | 'grouped_by' | 'view'>,
  { contrasts }: DatasetTask,
  notes: readonly string[],
): GroupRow {
  const known = groups.map(({ contrast }) => contrast).filter(({ estimate }) => estimate !== null);
  const absent = groups.length - known.length;
  const values = known.map(({ estimate }) => estimate as number);
  const [lows, highs] = [known.map(({ ci_low }) => ci_low), known.map(({ ci_high }) => ci_high)];
  const isWhole = !lows.includes(null) && !highs.includes(null);
  const [low, high] = [lows as number[], highs as number[]];
  const isRange = known.length > 1;
  const ci: Interval | null =
    isRange && isWhole ? [Math.max(0, largest(low) - smallest(high)), largest(high) - smallest(low)] : null;
  return {
    dataset: contrasts.dataset.name,
    ...key,
    of: 'range',
    ...NO_CHANGE,
    group_name: null,
    other_group: null,
    ...NO_COUNTS,
    estimate: isRange ? largest(values) - smallest(values) : null,
    se: null,
    ...bounds('ci', ci),
    df: null,
    clusters: known.reduce((most, { clusters }) => Math.max(most, clusters), 0),
    basis: known[0]?.basis ?? 'weights',
    p: null,
    p_adjusted: null,
    note: joinNotes([
      isRange
        ? 'the range of several AUROCs is above 0 by chance alone: no test, no standard error'
        : 'fewer than two groups can be estimated',
      absent > 0 ? `groups that cannot be estimated: ${absent} of ${groups.length}` : null,
      isRange && !isWhole ? 'no interval: a group has none' : null,
      ...notes,
    ]),
  };
}

type Key = Pick<GroupRow, 'of' | 'model' | 'from_model' | 'to_model'> &
  Partial<Pick<GroupRow, 'other_group'>>;

const NO_CHANGE = { from_model: null, to_model: null } as const;
const NO_COUNTS = { n: null, positives: null, positive_clusters: null, negative_clusters: null } as const;

/** AUROC of each model in a group, of each finding and their mean. */
function levelRows({ study, contrasts, reading, notes }: DatasetTask, group: Group): GroupRow[] {
  const { by, name, view, within } = group;
  return study.models.flatMap((model) =>
    seededWithMean(within, contrasts.levelSeeds(model), (seeds) => (finding) => {
      return within.auroc(model, seeds, finding, view);
    }).map((auroc, f): GroupRow => {
      const finding = contrasts.findings[f];
      const { contrast, note } = infer(auroc, 'auroc', reading, notes);
      return {
        dataset: contrasts.dataset.name,
        grouped_by: by,
        of: 'auroc',
        model,
        ...NO_CHANGE,
        finding: finding ?? MEAN,
        view,
        group_name: name,
        other_group: null,
        ...(finding === undefined ? NO_COUNTS : countsOf(within, finding, view)),
        ...contrast,
        p: null,
        p_adjusted: null,
        note,
      };
    }),
  );
}

function countsOf(within: Contrasts, finding: string, view: CellView) {
  const { n, positives, positivePatients, negativePatients } = within.counts(finding, view);
  return { n, positives, positive_clusters: positivePatients, negative_clusters: negativePatients };
}

/** Change of AUROC in a group from model to model. */
function changeRows(task: DatasetTask, group: Group): GroupRow[] {
  const { contrasts, pairs, reading, notes } = task;
  return pairs.flatMap(([from, to]) => {
    const comparison = compare(contrasts, from, to);
    if (comparison.seeds.length === 0) return [];
    const each = seededWithMean(group.within, comparison.seeds, (seeds) =>
      changeOf(group.within, { ...comparison, seeds }, { of: 'change_of_auroc', view: group.view }),
    );
    const key = { of: 'change_of_auroc', model: null, from_model: from, to_model: to } as const;
    return testedRows(task, { ...group, key, each, notes: [...comparison.notes, ...notes] }, reading);
  });
}

/** Rows of each finding and last their mean; a family of tests is the findings. */
function testedRows(
  { contrasts }: DatasetTask,
  {
    by,
    name,
    view,
    key,
    each,
    notes,
  }: Omit<Group, 'within'> & { key: Key; each: readonly Seeded[]; notes: readonly string[] },
  reading: Reading,
): GroupRow[] {
  const inferred = each.map((one) => infer(one, 'difference', reading, notes));
  const byHolm = holm(inferred.slice(0, -1).map(({ contrast }) => contrast.p));
  return inferred.map(
    ({ contrast, note }, f): GroupRow => ({
      dataset: contrasts.dataset.name,
      grouped_by: by,
      other_group: null,
      ...key,
      finding: contrasts.findings[f] ?? MEAN,
      view,
      group_name: name,
      ...NO_COUNTS,
      ...contrast,
      p_adjusted: byHolm[f] ?? null,
      note,
    }),
  );
}
