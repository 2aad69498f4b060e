import { appendRows, type Cell, type Metrics, withDuckDB } from '@viewgap/contracts';

const TABLES = {
  datasets: `dataset varchar not null, split varchar not null, images integer not null, patients integer not null,
    excluded integer not null, note varchar`,
  cells: `dataset varchar not null, model varchar not null, seed integer, finding varchar not null,
    view varchar not null, n integer, positives integer, patients integer not null, auroc double, se double,
    ci_lo double, ci_hi double, note varchar`,
  gaps: `dataset varchar not null, model varchar not null, seed integer, finding varchar not null,
    ap_minus_pa double, pa_minus_ap double, abs double, se double, ci_lo double, ci_hi double, p double,
    p_holm double, note varchar`,
  changes: `dataset varchar not null, seed integer, finding varchar not null, of varchar not null, view varchar,
    "from" varchar not null, "to" varchar not null, delta double, se double, ci_lo double, ci_hi double, p double,
    p_holm double, p_bh double, note varchar`,
  abs_gap_changes: `dataset varchar not null, seed integer, finding varchar not null, of varchar not null,
    "from" varchar not null, "to" varchar not null, delta double, ci_lo double, ci_hi double, note varchar`,
  checks: `dataset varchar not null, model varchar not null, seed integer, finding varchar not null,
    view_only_auroc double, pooled_auroc double, within_view_auroc double, prevalence_ap double,
    prevalence_pa double, score_vs_view_auroc double, note varchar`,
  controls: `dataset varchar not null, control varchar not null, model varchar not null, value double, se double,
    ci_lo double, ci_hi double, note varchar`,
} as const satisfies Partial<Record<keyof Metrics, string>>;

type TableName = keyof typeof TABLES;

/** The tables of metrics.duckdb: the arrays of metrics.json, with ci and prevalence as two columns each. */
export const METRICS_TABLES = Object.keys(TABLES) as TableName[];

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
    if (key === 'ci') [cells.ci_lo, cells.ci_hi] = (value as [number, number] | null) ?? [null, null];
    else if (key === 'prevalence') {
      const prevalence = value as { AP: number | null; PA: number | null };
      cells.prevalence_ap = prevalence.AP;
      cells.prevalence_pa = prevalence.PA;
    } else cells[key] = value as Cell;
  }
  return cells;
}
