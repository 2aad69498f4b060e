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
  /** average precision; a score that tells nothing has the prevalence */
  auprc: number,
  note,
});

/** `se`, `ci`, `p` are of these weights; with several seeds these are of the method, which could be trained again. */
const method = {
  method_se: number,
  method_ci: interval,
  method_p: number,
  /** degrees of freedom of Student's distribution behind method_ci and method_p (Satterthwaite) */
  method_df: number,
};

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
  ...method,
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
  /** of "it changed by the margin or more"; null where no margin is declared */
  p_equivalence: number,
  ...method,
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
  /** AUROC of width over height of the original film for "is AP"; of the data set alone; null where no size is given */
  geometry_auroc: number,
  /** AUROC of a linear probe on the model's embedding for "is AP", on images that it was not fitted on */
  view_probe_auroc: number,
  /** clustered by patient */
  view_probe_ci: interval,
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

/** What a row of the tables below is of: one model's AUROC or gap, or the change of either between two models. */
const subject = {
  dataset: z.string(),
  of: z.enum(['auroc', 'gap', 'change_of_auroc', 'change_of_gap']),
  /** of a change: null */
  model: z.string().nullable(),
  /** of a change: the two models */
  from: z.string().nullable(),
  to: z.string().nullable(),
  finding: z.string(),
  /** of a gap: null */
  view: view.nullable(),
};

/** A primary test; the second is read only where the first is significant. */
const primaryTest = z.strictObject({
  step: z.int(),
  ...subject,
  delta: number,
  se: number,
  ci: interval,
  p: number,
  /** whether se, ci and p are of these weights (one seed) or of the method */
  basis: z.enum(['weights', 'method']),
  /** `significant`, `not_significant`, `descriptive` (the one before it was not significant), `not_made` (no p) */
  outcome: z.enum(['significant', 'not_significant', 'descriptive', 'not_made']),
  margin: number,
  p_equivalence: number,
  /** what the test says, in plain words */
  sentence: z.string(),
  note,
});

/** DeLong's image-level errors, which take images of one patient for independent: for comparison only. */
const imageLevel = z.strictObject({ ...subject, value: number, se: number, ci: interval, p: number, note });

/** A bootstrap by patient beside the analytic error; studentised where a class has few patients. */
const bootstrap = z.strictObject({
  ...subject,
  value: number,
  se: number,
  bootstrap_se: number,
  /** bootstrap_se / se */
  ratio: number,
  replicates: z.int(),
  /** a class has fewer patients than settings.few_patients: the two errors need not agree */
  few_patients: z.boolean(),
  /** bootstrap-t of a gap or change with few patients; null otherwise */
  t_ci: interval,
  t_p: number,
  note,
});

/** The same contrast in other circumstances: another set of labels, fewer images. */
const sensitivity = z.strictObject({
  variant: z.string(),
  ...subject,
  images: z.int(),
  value: number,
  se: number,
  ci: interval,
  p: number,
  /** the contrast as the main tables have it */
  main: number,
  note,
});

/** A gap or a change of gap within a stratum, over all strata, or weighted so that AP and PA patients are comparable. */
const adjusted = z.strictObject({
  ...subject,
  /** what is held equal: age, sex, source, … */
  by: z.string(),
  method: z.enum(['stratum', 'strata', 'weighting']),
  stratum: z.string().nullable(),
  n: z.int(),
  value: number,
  se: number,
  ci: interval,
  p: number,
  note,
});

const calibration = z.strictObject({
  dataset: z.string(),
  model: z.string(),
  seed,
  finding: z.string(),
  view,
  /** `scaled`: after a logistic scaling that was fitted on the validation images */
  scores: z.enum(['raw', 'scaled']),
  n: z.int(),
  /** of the logistic regression of the label on the logit: 0 and 1 where calibrated */
  intercept: number,
  slope: number,
  brier: number,
  /** expected calibration error over ten bins of equal mass */
  ece: number,
  /** reliability: mean probability and share of positives of each bin */
  points: z.array(z.strictObject({ n: z.int(), predicted: z.number(), observed: z.number() })),
  note,
});

const operatingPoint = z.strictObject({
  dataset: z.string(),
  model: z.string(),
  seed,
  finding: z.string(),
  view,
  measure: z.enum(['sensitivity', 'specificity', 'ppv', 'npv']),
  /** one for both views, from the validation images of all data sets */
  threshold: number,
  value: number,
  se: number,
  ci: interval,
  note,
});

const source = z.strictObject({
  dataset: z.string(),
  model: z.string(),
  seed,
  finding: z.string(),
  view,
  source: z.string(),
  n: z.int(),
  positives: z.int(),
  auroc: number,
  se: number,
  ci: interval,
  note,
});

/** What this test set could have found, and how large one would have to be. */
const power = z.strictObject({
  ...subject,
  patients: z.int(),
  se: number,
  power: z.number(),
  /** the smallest true value that the two-sided test finds with that power */
  detectable: number,
  /** a true value, and the patients like these that a test set would need to find it with that power */
  target: z.number(),
  patients_needed: z.int().nullable(),
  note,
});

const roc = z.strictObject({
  dataset: z.string(),
  model: z.string(),
  seed: z.int(),
  finding: z.string(),
  view,
  /** [false positive rate, true positive rate], from [0, 0] to [1, 1]; thinned */
  points: z.array(z.tuple([z.number(), z.number()])),
  /** area under the points minus the AUROC */
  area_error: z.number(),
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
    /** `patient`, `image`, or the column that errors are clustered by */
    cluster: z.string(),
    level: z.number(),
    /** below this many positive or negative patients a cell is flagged: its standard error is too small */
    few_patients: z.int(),
    /** below this many patients of a class in any of its cells a contrast has no p */
    no_test_below: z.int(),
    /** within this a change of the gap counts as none; null: not declared */
    margin: number,
    /** replicates of the bootstrap; 0: none */
    bootstrap: z.int(),
    /** what Holm and Benjamini-Hochberg adjust over */
    family: z.enum(['findings', 'dataset']),
  }),
  primary_tests: z.array(primaryTest),
  cells: z.array(cell),
  gaps: z.array(gap),
  changes: z.array(change),
  abs_gap_changes: z.array(absGapChange),
  checks: z.array(check),
  controls: z.array(control),
  image_level: z.array(imageLevel),
  bootstrap: z.array(bootstrap),
  sensitivity: z.array(sensitivity),
  adjusted: z.array(adjusted),
  calibration: z.array(calibration),
  operating_points: z.array(operatingPoint),
  sources: z.array(source),
  power: z.array(power),
  roc: z.array(roc),
});

export type Metrics = z.infer<typeof metrics>;
export type MetricsCell = z.infer<typeof cell>;
export type MetricsGap = z.infer<typeof gap>;
export type MetricsChange = z.infer<typeof change>;
export type MetricsAbsGapChange = z.infer<typeof absGapChange>;
export type MetricsCheck = z.infer<typeof check>;
export type MetricsControl = z.infer<typeof control>;
export type MetricsPrimaryTest = z.infer<typeof primaryTest>;
export type MetricsImageLevel = z.infer<typeof imageLevel>;
export type MetricsBootstrap = z.infer<typeof bootstrap>;
export type MetricsSensitivity = z.infer<typeof sensitivity>;
export type MetricsAdjusted = z.infer<typeof adjusted>;
export type MetricsCalibration = z.infer<typeof calibration>;
export type MetricsOperatingPoint = z.infer<typeof operatingPoint>;
export type MetricsSource = z.infer<typeof source>;
export type MetricsPower = z.infer<typeof power>;
export type MetricsRoc = z.infer<typeof roc>;
