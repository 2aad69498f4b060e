import { z } from 'zod';

/**
 * metrics.json: what evaluate promises to any reader. gap := AUROC(AP) - AUROC(PA), always signed so.
 * `finding: "mean"` is the macro mean (mAUROC) over the findings that are estimable; `seed: null` is the mean
 * over seeds, always there; where there are several seeds, cells and gaps have a row of each seed besides.
 * A number that cannot be computed is null, and `note` says why.
 */
const number = z.number().nullable();
const interval = z.tuple([z.number(), z.number()]).nullable();
const note = z.string().nullable().describe('why a number is null, or what limits it');
const seed = z.int().nullable().describe('null: the mean over seeds');
const view = z.enum(['AP', 'PA', 'all']);

const cell = z.strictObject({
  dataset: z.string(),
  model: z.string(),
  seed,
  finding: z.string(),
  view,
  n: z.int().nullable().describe('images with a known label; null for the mean over findings'),
  positives: z.int().nullable(),
  patients: z.int(),
  auroc: number,
  se: number,
  ci: interval,
  auprc: number.describe('average precision; a score that tells nothing has the prevalence'),
  note,
});

/** `se`, `ci`, `p` are of these weights; with several seeds these are of the method, which could be trained again. */
const method = {
  method_se: number.describe(
    'with the variance between seeds: of what training again would give; null with one seed',
  ),
  method_ci: interval,
  method_p: number,
  method_df: number.describe(
    "degrees of freedom of Student's distribution behind method_ci and method_p (Satterthwaite)",
  ),
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
  view: view.nullable().describe('`all`, AP or PA for a change of AUROC; null for a change of the gap'),
  from: z.string(),
  to: z.string(),
  delta: number,
  se: number,
  ci: interval,
  p: number,
  p_holm: number,
  p_bh: number,
  p_equivalence: number.describe('of "it changed by the margin or more"; null where no margin is declared'),
  ...method,
  note,
});

const absGapChange = z.strictObject({
  dataset: z.string(),
  seed,
  finding: z.string(),
  of: z
    .enum(['abs', 'abs_of_mean', 'mean_of_abs'])
    .describe(
      '`abs`: |gap2| - |gap1| of one finding; for `mean`: |mean gap| (abs_of_mean) or mean |gap| (mean_of_abs)',
    ),
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
  view_only_auroc: number.describe('AUROC of the flag "is AP" alone for the finding'),
  pooled_auroc: number,
  within_view_auroc: number.describe(
    'mean of the AP and the PA AUROC, weighted by their positive-negative pairs',
  ),
  prevalence: z.strictObject({ AP: number, PA: number }),
  score_vs_view_auroc: number.describe('AUROC of the score for "is AP" among the images without the finding'),
  geometry_auroc: number.describe(
    'AUROC of width over height of the original film for "is AP"; of the data set alone; null where no size is given',
  ),
  view_probe_auroc: number.describe(
    'AUROC of a linear probe on the embedding of the model for "is AP", on images that it was not fitted on',
  ),
  view_probe_ci: interval.describe('clustered by patient'),
  note,
});

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
  model: z.string().nullable().describe('of a change: null'),
  from: z.string().nullable().describe('of a change: the two models'),
  to: z.string().nullable(),
  finding: z.string(),
  view: view.nullable().describe('of a gap: null'),
};

const primaryTest = z.strictObject({
  step: z.int(),
  ...subject,
  delta: number,
  se: number,
  ci: interval,
  p: number,
  basis: z
    .enum(['weights', 'method'])
    .describe('whether se, ci and p are of these weights (one seed) or of the method'),
  outcome: z
    .enum(['significant', 'not_significant', 'descriptive', 'not_made'])
    .describe(
      '`significant`, `not_significant`, `descriptive` (the one before it was not significant), `not_made` (no p)',
    ),
  margin: number,
  p_equivalence: number,
  sentence: z.string().describe('what the test says, in plain words'),
  note,
});

const imageLevel = z.strictObject({ ...subject, value: number, se: number, ci: interval, p: number, note });

const bootstrap = z.strictObject({
  ...subject,
  value: number,
  se: number,
  bootstrap_se: number,
  ratio: number.describe('bootstrap_se / se'),
  replicates: z.int(),
  few_patients: z
    .boolean()
    .describe('a class has fewer patients than settings.few_patients: the two errors need not agree'),
  t_ci: interval.describe('bootstrap-t of a gap or change with few patients; null otherwise'),
  t_p: number,
  note,
});

const sensitivity = z.strictObject({
  variant: z.string(),
  ...subject,
  images: z.int(),
  value: number,
  se: number,
  ci: interval,
  p: number,
  main: number.describe('the contrast as the main tables have it'),
  note,
});

const adjusted = z.strictObject({
  ...subject,
  by: z.string().describe('what is held equal: age, sex, source, …'),
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
  scores: z
    .enum(['raw', 'scaled'])
    .describe('`scaled`: after a logistic scaling that was fitted on the validation images'),
  n: z.int(),
  intercept: number.describe(
    'of the logistic regression of the label on the logit: 0 and 1 where calibrated',
  ),
  slope: number,
  brier: number,
  ece: number.describe('expected calibration error over ten bins of equal mass'),
  points: z
    .array(z.strictObject({ n: z.int(), predicted: z.number(), observed: z.number() }))
    .describe('reliability: mean probability and share of positives of each bin'),
  note,
});

const operatingPoint = z.strictObject({
  dataset: z.string(),
  model: z.string(),
  seed,
  finding: z.string(),
  view,
  measure: z.enum(['sensitivity', 'specificity', 'ppv', 'npv']),
  threshold: number.describe('one for both views, from the validation images of all data sets'),
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

const power = z.strictObject({
  ...subject,
  patients: z.int(),
  se: number,
  power: z.number(),
  detectable: number.describe('the smallest true value that the two-sided test finds with that power'),
  target: z
    .number()
    .describe(
      'a true value, and the patients like these that a test set would need to find it with that power',
    ),
  patients_needed: z.int().nullable(),
  note,
});

const roc = z.strictObject({
  dataset: z.string(),
  model: z.string(),
  seed: z.int(),
  finding: z.string(),
  view,
  points: z
    .array(z.tuple([z.number(), z.number()]))
    .describe('[false positive rate, true positive rate], from [0, 0] to [1, 1]; thinned'),
  area_error: z.number().describe('area under the points minus the AUROC'),
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
  primary: z
    .string()
    .nullable()
    .describe(
      'the one external data set whose two primary tests are read in fixed sequence; null where none is named',
    ),
  settings: z.strictObject({
    from: z.string(),
    to: z.string(),
    cluster: z.string().describe('`patient`, `image`, or the column that errors are clustered by'),
    level: z.number(),
    few_patients: z
      .int()
      .describe(
        'below this many positive or negative patients a cell is flagged: its standard error is too small',
      ),
    no_test_below: z
      .int()
      .describe('below this many patients of a class in any of its cells a contrast has no p'),
    margin: number.describe('within this a change of the gap counts as none; null: not declared'),
    bootstrap: z.int().describe('replicates of the bootstrap; 0: none'),
    family: z.enum(['findings', 'dataset']).describe('what Holm and Benjamini-Hochberg adjust over'),
  }),
  primary_tests: z
    .array(primaryTest)
    .describe(
      'The two tests on the primary external data set, in fixed sequence: the second is read only where the first is significant.',
    ),
  cells: z.array(cell).describe('An AUROC and an average precision, by model, seed, finding and view.'),
  gaps: z.array(gap).describe('AUROC(AP) - AUROC(PA), both signs and size.'),
  changes: z
    .array(change)
    .describe('The change of an AUROC or of the gap between two models, for every pair.'),
  abs_gap_changes: z
    .array(absGapChange)
    .describe('The change of the size of the gap: an interval and no p, since near 0 none is valid.'),
  checks: z
    .array(check)
    .describe(
      'What can make a gap: prevalence, the view flag alone, what the score and the film tell about the view.',
    ),
  controls: z
    .array(control)
    .describe(
      'Negative controls: `identical-models` must be exactly 0, `permuted-labels` 0.5 within its error.',
    ),
  image_level: z
    .array(imageLevel)
    .describe('Errors by DeLong, which takes images of one patient for independent: for comparison only.'),
  bootstrap: z
    .array(bootstrap)
    .describe(
      'A bootstrap by patient beside the analytic error; studentised where a class has few patients.',
    ),
  sensitivity: z
    .array(sensitivity)
    .describe('The same contrasts in other circumstances: other labels, fewer images.'),
  adjusted: z
    .array(adjusted)
    .describe(
      'Gaps within a stratum, over all strata, or weighted so that AP and PA patients are comparable.',
    ),
  calibration: z
    .array(calibration)
    .describe('Calibration by view: intercept, slope, Brier score, expected calibration error, reliability.'),
  operating_points: z
    .array(operatingPoint)
    .describe('Sensitivity, specificity and predictive values at one threshold for both views.'),
  sources: z.array(source).describe('The AUROC of each source by itself.'),
  power: z.array(power).describe('What this test set could have found, and how large one would have to be.'),
  roc: z.array(roc).describe('Thinned ROC curves.'),
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
