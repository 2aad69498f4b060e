import { z } from 'zod';
import { type MetricsTableShape, type RowOf, type RowSchema, rowSchema } from './columns/table.ts';
import { absGapChanges } from './tables/abs-gap-changes.ts';
import { adjusted } from './tables/adjusted.ts';
import { balance } from './tables/balance.ts';
import { bootstrap } from './tables/bootstrap.ts';
import { calibration } from './tables/calibration.ts';
import { calibrationGaps } from './tables/calibration-gaps.ts';
import { cells } from './tables/cells.ts';
import { changes } from './tables/changes.ts';
import { checks } from './tables/checks.ts';
import { controls } from './tables/controls.ts';
import { datasets } from './tables/datasets.ts';
import { gaps } from './tables/gaps.ts';
import { groups } from './tables/groups.ts';
import { imageLevel } from './tables/image-level.ts';
import { labelError } from './tables/label-error.ts';
import { narrowing } from './tables/narrowing.ts';
import { operatingPoints } from './tables/operating-points.ts';
import { pooledChanges } from './tables/pooled-changes.ts';
import { power } from './tables/power.ts';
import { primaryTests } from './tables/primary-tests.ts';
import { roc } from './tables/roc.ts';
import { sensitivity } from './tables/sensitivity.ts';
import { sites } from './tables/sites.ts';
import { sources } from './tables/sources.ts';
import { worstViews } from './tables/worst-views.ts';

export type { Columns } from './columns/column.ts';
export * as column from './columns/column.ts';
export * as sharedColumns from './columns/shared-columns.ts';
export { type MetricsTableShape, type RowOf, tableShape } from './columns/table.ts';

/**
 * metrics.json: what evaluate promises to any reader. gap := AUROC(AP) - AUROC(PA), always signed so.
 * `finding: "mean"` is the macro mean (mAUROC) over the findings that are estimable; `seed: null` is the mean
 * over seeds, always there; where there are several seeds, cells and gaps also have a row for each seed.
 * A number that cannot be computed is null, and `note` says why.
 */

/** The tables that readers know, in the order of metrics.json. Evaluate may write more. */
const SHAPES = [
  primaryTests,
  cells,
  gaps,
  changes,
  narrowing,
  absGapChanges,
  worstViews,
  pooledChanges,
  checks,
  controls,
  imageLevel,
  bootstrap,
  sensitivity,
  adjusted,
  balance,
  calibration,
  calibrationGaps,
  operatingPoints,
  sources,
  sites,
  labelError,
  groups,
  power,
  roc,
] as const;

type ByName<Shapes extends readonly MetricsTableShape[]> = {
  readonly [Shape in Shapes[number] as Shape['name']]: Shape;
};

/** The tables that readers of metrics.json know, by name. */
export const METRICS_TABLES = Object.fromEntries(
  [datasets, ...SHAPES].map((shape) => [shape.name, shape]),
) as ByName<readonly [typeof datasets, ...typeof SHAPES]>;

type TableSchemas<Shapes extends readonly MetricsTableShape[]> = {
  [Shape in Shapes[number] as Shape['name']]: z.ZodArray<RowSchema<Shape['columns']>>;
};

function tableSchemas<const Shapes extends readonly MetricsTableShape[]>(
  shapes: Shapes,
): TableSchemas<Shapes> {
  const entries = shapes.map((shape) => [shape.name, z.array(rowSchema(shape)).describe(shape.meaning)]);
  return Object.fromEntries(entries) as TableSchemas<Shapes>;
}

const known = z.strictObject({
  schema: z.literal(1),
  ...tableSchemas([datasets]),
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
    /** clusters with and without a finding that each view must have for the primary tests */
    primary_minimum: z.int(),
    /** below this many positive or negative clusters a cell is flagged: its standard error is too small */
    few_patients: z.int(),
    /** below this many clusters of a class in any of its cells a contrast has no p */
    no_test_below: z.int(),
    /** the least loss that matters; null: not declared */
    margin: z.number().nullable(),
    /** what sets a threshold that is not given, and the specificity that it is set at */
    threshold_rule: z.enum(['specificity', 'youden']),
    specificity: z.number(),
    /** replicates of the bootstrap; 0: none */
    bootstrap: z.int(),
    /** what Holm and Benjamini-Hochberg adjust over */
    family: z.enum(['findings', 'dataset']),
  }),
  ...tableSchemas(SHAPES),
});

export type Metrics = z.infer<typeof known>;
/** A row of a table of metrics.json: `MetricsRow<'cells'>`. */
export type MetricsRow<Name extends keyof typeof METRICS_TABLES> = RowOf<(typeof METRICS_TABLES)[Name]>;

/** metrics.json as readers get it. A table that they do not know is passed on unchanged. */
export const metrics: z.ZodType<Metrics> = known.catchall(z.array(z.record(z.string(), z.unknown())));

/**
 * metrics.json as evaluate writes it, with tables of its own behind those that readers know.
 * @param more those tables
 */
export function writtenMetrics(more: readonly MetricsTableShape[]): z.ZodType<Metrics> {
  // Which names the list has is not known to the compiler.
  return known.extend(tableSchemas(more)) as z.ZodType as z.ZodType<Metrics>;
}
