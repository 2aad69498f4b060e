import { z } from 'zod';

/**
 * metrics.json: what evaluate promises to any reader. gap := AUROC(AP) - AUROC(PA), always signed so.
 * `finding: "mean"` is the macro mean (mAUROC) over the findings that are estimable; `seed: null` is the mean
 * over seeds, always there; where there are several seeds, cells and gaps have a row of each seed besides.
 * A number that cannot be computed is null, and `note` says why.
 */
const number = z.number().nullable();
const interval = z.tuple([z.number(), z.number()]).nullable();
const note = z.string().nullable();
const seed = z.int().nullable();
const view = z.enum(['AP', 'PA', 'all']);

const cell = z.strictObject({
  dataset: z.string(),
  model: z.string(),
  seed,
  finding: z.string(),
  view,
  /** images with a known label; null for the mean over findings */
  n: z.int().nullable(),
  positives: z.int().nullable(),
  patients: z.int(),
  auroc: number,
  se: number,
  ci: interval,
  note,
});

const gap = z.strictObject({
  dataset: z.string(),
  model: z.string(),
  seed,
  finding: z.string(),
  ap_minus_pa: number,
  pa_minus_ap: number,
  abs: number,
  se: number,
  ci: interval,
  p: number,
  p_holm: number,
  note,
});

const change = z.strictObject({
  dataset: z.string(),
  seed,
  finding: z.string(),
  of: z.enum(['auroc', 'gap']),
  /** `all`, AP or PA for a change of AUROC; null for a change of the gap */
  view: view.nullable(),
  from: z.string(),
  to: z.string(),
  delta: number,
  se: number,
  ci: interval,
  p: number,
  p_holm: number,
  p_bh: number,
  note,
});

const absGapChange = z.strictObject({
  dataset: z.string(),
  seed,
  finding: z.string(),
  /** `abs`: |gap2| - |gap1| of one finding; for `mean`: |mean gap| (abs_of_mean) or mean |gap| (mean_of_abs) */
  of: z.enum(['abs', 'abs_of_mean', 'mean_of_abs']),
  from: z.string(),
  to: z.string(),
  delta: number,
  ci: interval,
  note,
});

const check = z.strictObject({
  dataset: z.string(),
  model: z.string(),
  seed,
  finding: z.string(),
  /** AUROC of the flag "is AP" alone for the finding */
  view_only_auroc: number,
  pooled_auroc: number,
  /** mean of the AP and the PA AUROC, weighted by their positive-negative pairs */
  within_view_auroc: number,
  prevalence: z.strictObject({ AP: number, PA: number }),
  /** AUROC of the score for "is AP" among the images without the finding */
  score_vs_view_auroc: number,
  note,
});

/** A negative control: `identical-models` must be exactly 0, `permuted-labels` 0.5 within its error. */
const control = z.strictObject({
  dataset: z.string(),
  control: z.enum(['permuted-labels', 'identical-models']),
  model: z.string(),
  value: number,
  se: number,
  ci: interval,
  note,
});

export const metrics = z.strictObject({
  schema: z.literal(1),
  datasets: z.array(
    z.strictObject({
      dataset: z.string(),
      split: z.string(),
      images: z.int(),
      patients: z.int(),
      excluded: z.int(),
      note,
    }),
  ),
  models: z.array(z.string()),
  seeds: z.array(z.int()),
  findings: z.array(z.string()),
  /** the one external data set whose two primary tests are read in fixed sequence; null where none is named */
  primary: z.string().nullable(),
  settings: z.strictObject({
    from: z.string(),
    to: z.string(),
    cluster: z.enum(['patient', 'image']),
    level: z.number(),
    /** below this many positive or negative patients a cell is flagged: its standard error is too small */
    few_patients: z.int(),
    /** below this many patients of a class in any of its cells a contrast has no p */
    no_test_below: z.int(),
  }),
  cells: z.array(cell),
  gaps: z.array(gap),
  changes: z.array(change),
  abs_gap_changes: z.array(absGapChange),
  checks: z.array(check),
  controls: z.array(control),
});

export type Metrics = z.infer<typeof metrics>;
export type MetricsCell = z.infer<typeof cell>;
export type MetricsGap = z.infer<typeof gap>;
export type MetricsChange = z.infer<typeof change>;
export type MetricsAbsGapChange = z.infer<typeof absGapChange>;
export type MetricsCheck = z.infer<typeof check>;
export type MetricsControl = z.infer<typeof control>;
