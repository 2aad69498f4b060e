import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { holm } from '@viewgap/stats';
import { Calls } from '../contrasts/calls.ts';
import { compare } from '../contrasts/comparison.ts';
import { joinNotes } from '../contrasts/notes.ts';
import { classSizes } from '../contrasts/reading.ts';
import { meanOver, type SeedRow, seedRows } from '../contrasts/seed-rows.ts';
import { inferShare, type SeededShares } from '../contrasts/share-inference.ts';
import { type ImageShare, type Measure, shareOf } from '../contrasts/shares.ts';
import { type DatasetTask, tableApart } from '../contrasts/table.ts';
import { type ChoosingView, type Threshold, thresholdOf } from '../contrasts/threshold.ts';
import { CELL_VIEWS, type CellView, type LabelCounts } from '../study/label-counts.ts';
import { inNote } from '../study/note-name.ts';

type OperatingPoint = MetricsRow<'operating_points'>;

/**
 * What one threshold of each model, seed and finding does in both views. Beside it, in the mean over seeds, one that PA
 * images alone have chosen. One finding after the other, so that the calls of one alone are in memory.
 */
export const table = tableApart(METRICS_TABLES.operating_points, (task) =>
  adjusted(
    task.contrasts.findings.flatMap((finding) =>
      (['all', 'PA'] as const).flatMap((view) => new FindingPoints(task, finding, view).rows()),
    ),
  ),
);

/** Measures that do not depend on how common a finding is in a view, so that views can be compared. */
const COMPARED: readonly Measure[] = ['sensitivity', 'specificity', 'ppv_at_prevalence', 'npv_at_prevalence'];
const MEASURES: readonly Measure[] = [
  'sensitivity',
  'specificity',
  'ppv',
  'npv',
  'ppv_at_prevalence',
  'npv_at_prevalence',
];

/** What a row is of: the shares of one or two models in one or two views, each with its weight. */
interface Subject {
  readonly of: OperatingPoint['of'];
  readonly model: string | null;
  readonly from_model: string | null;
  readonly to_model: string | null;
  readonly view: CellView | null;
  readonly parts: readonly {
    readonly weight: number;
    readonly model: string;
    readonly view: CellView;
  }[];
}

/** One finding at the thresholds that one choice of images gives. */
class FindingPoints {
  readonly #calls = new Map<string, Calls | string | null>();
  /** of one measure */
  readonly #shares = new Map<string, ImageShare | null>();

  constructor(
    private readonly task: DatasetTask,
    private readonly finding: string,
    private readonly choosing: ChoosingView,
  ) {}

  rows(): OperatingPoint[] {
    return MEASURES.flatMap((measure) => {
      this.#shares.clear();
      return this.#rowsOf(measure);
    });
  }

  #rowsOf(measure: Measure): OperatingPoint[] {
    const { study, contrasts, pairs } = this.task;
    const isCompared = COMPARED.includes(measure);
    const levels = study.models.flatMap((model) => {
      const subjects = CELL_VIEWS.map((view) => shareSubject(model, view));
      if (isCompared) subjects.push(gapSubject(model));
      return this.#seedRows(contrasts.levelSeeds(model)).flatMap((row) =>
        subjects.flatMap((subject) => this.#row(subject, measure, row, [])),
      );
    });
    if (!isCompared) return levels;
    const changes = pairs.flatMap(([from, to]) => {
      const { seeds, notes } = compare(contrasts, from, to);
      return this.#seedRows(seeds).flatMap((row) =>
        changeSubjects(from, to).flatMap((subject) =>
          this.#row(subject, measure, row, row.seed === null ? notes : []),
        ),
      );
    });
    return [...levels, ...changes];
  }

  #seedRows(seeds: readonly number[]): SeedRow[] {
    if (seeds.length === 0) return [];
    const rows = seedRows(seeds);
    return this.choosing === 'all' ? rows : rows.filter(({ seed }) => seed === null);
  }

  #row(
    { parts, ...subject }: Subject,
    measure: Measure,
    row: SeedRow,
    notes: readonly string[],
  ): OperatingPoint[] {
    const { contrasts, reading, notes: ofDataset } = this.task;
    const calls: readonly (Calls | string | null)[] = parts.flatMap(({ model }) =>
      row.seeds.map((seed) => this.#callsOf(model, seed)),
    );
    const reason = calls.find((one) => typeof one === 'string');
    if (reason !== undefined) return this.#missing(subject, measure, row, reason);
    if (!isKnown(calls)) return [];
    const thresholds = calls.map(({ threshold }) => threshold);
    const [{ threshold: first }] = calls;
    const { rule, images, view } = first;
    if (!thresholds.every((one) => one.rule === rule && one.images === images)) {
      return this.#missing(subject, measure, row, 'the thresholds were chosen in different ways');
    }
    const prevalence = this.#prevalence();
    const shares = parts.map(({ weight, model, view: of }) => ({
      weight,
      bySeed: row.seeds.map((seed) => this.#shareOf(model, seed, of, measure, prevalence)),
    }));
    const sizes = this.#classSizes(parts, measure);
    const isTested = sizes.every(({ count }) => count >= reading.no_test_below);
    const inferred = isWhole(shares) ? inferShare(shares, reading, isTested) : null;
    const few = sizes.filter(({ count }) => count < reading.few_patients);
    const own = subject.of === 'share' && row.seeds.length === 1 ? shares[0]?.bySeed[0] : null;
    const isOne = thresholds.every(({ score }) => score === thresholds[0]?.score);
    const isTest = subject.of !== 'share' && !isTested && inferred?.contrast.se !== null;
    return [
      {
        dataset: contrasts.dataset.name,
        ...subject,
        measure,
        seed: row.seed,
        finding: this.finding,
        mean_over: meanOver(false, row),
        threshold_rule: rule,
        threshold_images: images,
        threshold_view: view,
        threshold: isOne ? (thresholds[0]?.score ?? null) : null,
        prevalence: measure.endsWith('prevalence') && !Number.isNaN(prevalence) ? prevalence : null,
        n: own?.n ?? null,
        hits: own?.hits ?? null,
        ...(inferred?.contrast ?? NOTHING),
        p_adjusted: null,
        note: joinNotes([
          inferred === null ? 'no image to take a share of' : null,
          ...(inferred?.notes ?? []),
          few.length === 0 ? null : `few ${few[0]?.noun}: ${few.map(({ text }) => text).join(', ')}`,
          isTest && inferred !== null
            ? `no test below ${reading.no_test_below} ${sizes[0]?.noun ?? ''} of a class`
            : null,
          ...thresholdNotes(first),
          ...notes,
          ...ofDataset,
        ]),
      },
    ];
  }

  /** A row that says why there is no number; what PA images alone choose is left out instead. */
  #missing(
    subject: Omit<Subject, 'parts'>,
    measure: Measure,
    row: SeedRow,
    reason: string,
  ): OperatingPoint[] {
    if (this.choosing === 'PA') return [];
    return [
      {
        dataset: this.task.contrasts.dataset.name,
        ...subject,
        measure,
        seed: row.seed,
        finding: this.finding,
        mean_over: meanOver(false, row),
        threshold_rule: this.task.config.thresholdRule,
        threshold_images: 'none',
        threshold_view: 'all',
        threshold: null,
        prevalence: null,
        n: null,
        hits: null,
        ...NOTHING,
        p_adjusted: null,
        note: joinNotes([reason, ...this.task.notes]),
      },
    ];
  }

  #shareOf(
    model: string,
    seed: number,
    view: CellView,
    measure: Measure,
    prevalence: number,
  ): ImageShare | null {
    const key = JSON.stringify([model, seed, view]);
    const known = this.#shares.get(key);
    if (known !== undefined) return known;
    const share = shareOf(this.#callsOf(model, seed) as Calls, view, measure, prevalence);
    this.#shares.set(key, share);
    return share;
  }

  #callsOf(model: string, seed: number): Calls | string | null {
    const key = JSON.stringify([model, seed]);
    const known = this.#calls.get(key);
    if (known !== undefined) return known;
    const { study, contrasts, config } = this.task;
    const scores = contrasts.scores(model, seed, this.finding);
    const of = { model, seed, finding: this.finding, view: this.choosing };
    const threshold = thresholdOf(study, contrasts, config, of);
    const code = () => contrasts.code(this.finding, 'all');
    const calls =
      threshold === null || typeof threshold === 'string'
        ? threshold
        : scores === null
          ? 'no scores in this data set'
          : new Calls(contrasts.dataset, code(), scores, threshold);
    this.#calls.set(key, calls);
    return calls;
  }

  /** NaN where no label is known: then there is no share either. */
  #prevalence(): number {
    const { n, positives } = this.task.contrasts.counts(this.finding, 'all');
    return n === 0 ? Number.NaN : positives / n;
  }

  /** Clusters of the classes that a measure is made from, in each view of a row. */
  #classSizes(parts: Subject['parts'], measure: Measure): { count: number; noun: string; text: string }[] {
    const views = [...new Set(parts.map(({ view }) => view))];
    return views.flatMap((view) => {
      const counts: LabelCounts = this.task.contrasts.counts(this.finding, view);
      const { positives, negatives, noun } = classSizes(counts, this.task.reading);
      const where = `${inNote(this.finding)} in ${view}`;
      const withIt = { count: positives, noun, text: `${positives} with ${where}` };
      const without = { count: negatives, noun, text: `${negatives} without ${where}` };
      if (measure === 'sensitivity') return [withIt];
      return measure === 'specificity' ? [without] : [withIt, without];
    });
  }
}

function isKnown(calls: readonly (Calls | string | null)[]): calls is readonly [Calls, ...Calls[]] {
  return calls.length > 0 && calls.every((one) => one instanceof Calls);
}

type Shares = readonly { readonly weight: number; readonly bySeed: readonly (ImageShare | null)[] }[];

function isWhole(shares: Shares): shares is SeededShares {
  return shares.every(({ bySeed }) => bySeed.length > 0 && !bySeed.includes(null));
}

const NOTHING = {
  estimate: null,
  se: null,
  ci_low: null,
  ci_high: null,
  df: null,
  clusters: 0,
  basis: 'weights',
  p: null,
} as const;

function thresholdNotes({ images, rule, view, around }: Threshold): (string | null)[] {
  return [
    images === 'test'
      ? around === null
        ? 'no validation images: these images chose the threshold, and its own error is not known'
        : 'no validation images: these images chose the threshold, and its own error is counted'
      : null,
    view === 'PA' ? 'the threshold that PA images alone choose' : null,
    rule === 'given' ? 'the threshold was given' : null,
  ];
}

const LEVEL = { from_model: null, to_model: null } as const;

function shareSubject(model: string, view: CellView): Subject {
  return { of: 'share', model, ...LEVEL, view, parts: [{ weight: 1, model, view }] };
}

function gapSubject(model: string): Subject {
  return { of: 'gap', model, ...LEVEL, view: null, parts: gapParts(model, 1) };
}

function gapParts(model: string, weight: 1 | -1): Subject['parts'] {
  return [
    { weight, model, view: 'AP' },
    { weight: -weight, model, view: 'PA' },
  ];
}

function changeSubjects(from: string, to: string): Subject[] {
  const models = { model: null, from_model: from, to_model: to };
  const ofView = CELL_VIEWS.map((view): Subject => {
    const parts = [
      { weight: 1, model: to, view },
      { weight: -1, model: from, view },
    ];
    return { of: 'change_of_share', ...models, view, parts };
  });
  const parts = [...gapParts(to, 1), ...gapParts(from, -1)];
  return [...ofView, { of: 'change_of_gap', ...models, view: null, parts }];
}

/** A family of tests is the findings of one quantity. */
function adjusted(rows: readonly OperatingPoint[]): OperatingPoint[] {
  const families = new Map<string, number[]>();
  rows.forEach((row, place) => {
    const { of, measure, model, from_model, to_model, seed, view, threshold_view } = row;
    const key = JSON.stringify([
      of,
      measure,
      model,
      from_model,
      to_model,
      seed,
      view,
      threshold_view ?? 'all',
    ]);
    families.set(key, [...(families.get(key) ?? []), place]);
  });
  const all: OperatingPoint[] = [...rows];
  for (const places of families.values()) {
    const ps = holm(places.map((place) => (rows[place] as OperatingPoint).p));
    places.forEach((place, k) => {
      all[place] = { ...(rows[place] as OperatingPoint), p_adjusted: ps[k] ?? null };
    });
  }
  return all;
}
