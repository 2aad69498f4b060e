import { appendRows, type Cell, withDuckDB } from '@viewgap/artifacts';
import type { Metrics } from '@viewgap/contracts';

/** Columns that several tables share. */
const SUBJECT = `dataset varchar not null, of varchar not null, model varchar, "from" varchar, "to" varchar,
    finding varchar not null, view varchar`;
const CELL = `dataset varchar not null, model varchar not null, seed integer, finding varchar not null,
    view varchar not null`;
const NUMBERS = 'value double, se double, ci_lo double, ci_hi double, p double';
const METHOD =
  'method_se double, method_ci_lo double, method_ci_hi double, method_p double, method_df double';

const TABLES = {
  datasets: `dataset varchar not null, split varchar not null, images integer not null, patients integer not null,
    excluded integer not null, note varchar`,
  cells: `dataset varchar not null, model varchar not null, seed integer, finding varchar not null,
    view varchar not null, n integer, positives integer, patients integer not null, auroc double, se double,
    ci_lo double, ci_hi double, auprc double, note varchar`,
  gaps: `dataset varchar not null, model varchar not null, seed integer, finding varchar not null,
    ap_minus_pa double, pa_minus_ap double, abs double, se double, ci_lo double, ci_hi double, p double,
    p_holm double, ${METHOD}, note varchar`,
  changes: `dataset varchar not null, seed integer, finding varchar not null, of varchar not null, view varchar,
    "from" varchar not null, "to" varchar not null, delta double, se double, ci_lo double, ci_hi double, p double,
    p_holm double, p_bh double, p_equivalence double, ${METHOD}, note varchar`,
  abs_gap_changes: `dataset varchar not null, seed integer, finding varchar not null, of varchar not null,
    "from" varchar not null, "to" varchar not null, delta double, ci_lo double, ci_hi double, note varchar`,
  checks: `dataset varchar not null, model varchar not null, seed integer, finding varchar not null,
    view_only_auroc double, pooled_auroc double, within_view_auroc double, prevalence_ap double,
    prevalence_pa double, score_vs_view_auroc double, geometry_auroc double,
    view_probe_auroc double, view_probe_ci_lo double, view_probe_ci_hi double, note varchar`,
  controls: `dataset varchar not null, control varchar not null, model varchar not null, value double, se double,
    ci_lo double, ci_hi double, note varchar`,
  primary_tests: `step integer not null, ${SUBJECT}, delta double, se double, ci_lo double, ci_hi double, p double,
    basis varchar not null, outcome varchar not null, margin double, p_equivalence double,
    sentence varchar not null, note varchar`,
  image_level: `${SUBJECT}, ${NUMBERS}, note varchar`,
  bootstrap: `${SUBJECT}, value double, se double, bootstrap_se double, ratio double, replicates integer not null,
    few_patients boolean not null,    t_ci_lo double, t_ci_hi double, t_p double, note varchar`,
  sensitivity: `variant varchar not null, ${SUBJECT}, images integer not null, ${NUMBERS}, main double, note varchar`,
  adjusted: `${SUBJECT}, "by" varchar not null, method varchar not null, stratum varchar, n integer not null,
    ${NUMBERS}, note varchar`,
  calibration: `${CELL}, scores varchar not null, n integer not null, intercept double, slope double, brier double,
    ece double, points varchar not null, note varchar`,
  operating_points: `${CELL}, measure varchar not null, threshold double, value double, se double, ci_lo double,
    ci_hi double, note varchar`,
  sources: `${CELL}, source varchar not null, n integer not null, positives integer not null, auroc double,
    se double, ci_lo double, ci_hi double, note varchar`,
  power: `${SUBJECT}, patients integer not null, se double, power double not null, detectable double,
    target double not null, patients_needed bigint, note varchar`,
  roc: `${CELL}, points varchar not null, area_error double not null`,
} as const satisfies Partial<Record<keyof Metrics, string>>;

type TableName = keyof typeof TABLES;

/** The tables of metrics.duckdb: the arrays of metrics.json, with intervals and prevalence as two columns, points as JSON. */
export const METRICS_TABLES = Object.keys(TABLES) as TableName[];

/** metrics.json: a line for each row of a table, so that it can be read, searched and compared by lines. */
export function metricsJson(metrics: Metrics): string {
  const entries = Object.entries(metrics).map(([key, value]) => {
    const rows = Array.isArray(value) && value.some((row) => typeof row === 'object');
    const text = rows
      ? `[\n${value.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]`
      : JSON.stringify(value);
    return `  ${JSON.stringify(key)}: ${text}`;
  });
  return `{\n${entries.join(',\n')}\n}\n`;
}

/** Writes the metrics as a new DuckDB file. */
export async function writeMetricsTables(path: string, metrics: Metrics): Promise<void> {
  await withDuckDB(path, async (connection) => {
    for (const name of METRICS_TABLES) {
      await connection.run(`create table ${name} (${TABLES[name]})`);
      await appendRows(connection, name, metrics[name].map(flat));
    }
  });
}

function flat(row: Metrics[TableName][number]): Record<string, Cell> {
  const cells: Record<string, Cell> = {};
  for (const [key, value] of Object.entries(row)) {
    if (key === 'ci' || key.endsWith('_ci')) {
      [cells[`${key}_lo`], cells[`${key}_hi`]] = (value as [number, number] | null) ?? [null, null];
    } else if (key === 'prevalence') {
      const prevalence = value as { AP: number | null; PA: number | null };
      cells.prevalence_ap = prevalence.AP;
      cells.prevalence_pa = prevalence.PA;
    } else cells[key] = key === 'points' ? JSON.stringify(value) : (value as Cell);
  }
  return cells;
}
