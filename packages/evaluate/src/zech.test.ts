import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeTable, PREDICTIONS } from '@viewgap/artifacts';
import type { Metrics } from '@viewgap/contracts';
import { metrics as metricsSchema } from '@viewgap/contracts/metrics';
import { auroc } from '@viewgap/stats';
import { describe, expect, test, vi } from 'vitest';
import { CONFIG, evaluateInto, FIXTURES, inFolder, metricsOf, near, zechRows } from '../test/testing.ts';

// Real DuckDB files, synced to a disk that may be busy.
vi.setConfig({ testTimeout: 30_000 });

/** Numbers of fixtures/make_zech.py: scikit-learn's AUROCs, brute-force influences, statsmodels' adjustments. */
interface Expected {
  cells: Row[];
  gaps: Row[];
  changes: Row[];
  changes_one_seed: Row[];
  abs_gap_changes: { finding: string; of: string; estimate: number; ci: [number, number] }[];
  checks: (Omit<Metrics['checks'][number], 'dataset' | 'seed' | 'note'> & { finding: string })[];
  ties: { finding: string; auroc: number }[];
}
interface Row {
  finding: string;
  value: number;
  se: number;
  ci: [number, number];
  p: number;
  df: number;
  p_adjusted: number | null;
  p_bh: number | null;
  [key: string]: unknown;
}

const expected: Expected = JSON.parse(await readFile(join(FIXTURES, 'zech-expected.json'), 'utf8'));
const rows = await zechRows();
const metrics = await metricsOf(rows);
const oneSeed = await metricsOf(rows.filter(({ seed }) => seed === 0));

/** The only row of a table that has these keys. */
function find<T extends object>(table: readonly T[], keys: Readonly<Record<string, unknown>>): T {
  const found = table.filter((row) =>
    Object.entries(keys).every(([key, value]) => (row as Record<string, unknown>)[key] === value),
  );
  if (found.length !== 1) throw new Error(`${found.length} rows for ${JSON.stringify(keys)}`);
  return found[0] as T;
}

const nearOrNull = (value: number | null) => (value === null ? null : near(value, 1e-8));
const interval = ([low, high]: readonly [number, number]) => ({
  ci_low: near(low, 1e-9),
  ci_high: near(high, 1e-9),
});

describe('real scores of the NIH test set', () => {
  test('every AUROC equals scikit-learn to 1e-12, its error and interval the brute-force ones to 1e-9', () => {
    expect(metrics.cells).toHaveLength(expected.cells.length);
    for (const { value, se, df, ci, ...keys } of expected.cells) {
      expect(find(metrics.cells, keys)).toMatchObject({
        estimate: near(value, 1e-12),
        se: near(se, 1e-10),
        df: near(df, 1e-8),
        ...interval(ci),
      });
    }
  });

  test('gaps, their errors, tests and Holm', () => {
    expect(metrics.gaps).toHaveLength(expected.gaps.length);
    for (const { value, se, df, ci, p, p_adjusted, p_bh, ...keys } of expected.gaps) {
      expect(find(metrics.gaps, keys)).toMatchObject({
        estimate: near(value, 1e-12),
        pa_minus_ap: near(-value, 1e-12),
        abs_gap: near(Math.abs(value), 1e-12),
        se: near(se, 1e-10),
        df: near(df, 1e-8),
        ...interval(ci),
        p: near(p, 1e-8),
        p_adjusted: nearOrNull(p_adjusted),
        p_bh: nearOrNull(p_bh),
      });
    }
  });

  test.each([
    ['two seeds', metrics.changes, expected.changes],
    ['one seed', oneSeed.changes, expected.changes_one_seed],
  ])('changes of AUROC and of the gap, their errors and tests: %s', (_, table, wanted) => {
    const means = table.filter(({ seed }) => seed === null);
    expect(means).toHaveLength(wanted.length);
    for (const { value, se, df, ci, p, p_adjusted, p_bh, ...keys } of wanted) {
      expect(find(means, keys)).toMatchObject({
        from_model: 'model1',
        to_model: 'model2',
        estimate: near(value, 1e-12),
        se: near(se, 1e-10),
        df: near(df, 1e-8),
        ...interval(ci),
        p: near(p, 1e-8),
        p_adjusted: nearOrNull(p_adjusted),
        p_bh: nearOrNull(p_bh),
        note: expect.stringContaining('these weights only'),
      });
    }
  });

  test('one seed has no rows of its own beside the mean', () => {
    expect(new Set(oneSeed.cells.map(({ seed }) => seed))).toEqual(new Set([null]));
    expect(new Set(metrics.cells.map(({ seed }) => seed))).toEqual(new Set([null, 0, 1]));
    const keys = { model: 'model1', finding: 'PTX', view: 'AP' };
    expect(find(oneSeed.cells, keys).se).toBe(find(metrics.cells, { ...keys, seed: 0 }).se);
  });

  test('changes of |gap| with the projected interval, against a walk along the ellipse', () => {
    expect(metrics.abs_gap_changes).toHaveLength(expected.abs_gap_changes.length);
    for (const { estimate, ci, ...keys } of expected.abs_gap_changes) {
      expect(find(metrics.abs_gap_changes, keys)).toMatchObject({
        estimate: near(estimate, 1e-12),
        ci_low: near(ci[0], 1e-6),
        ci_high: near(ci[1], 1e-6),
      });
    }
  });

  test('checks of prevalence, view-only, within-view and score for the view', () => {
    expect(metrics.checks).toHaveLength(expected.checks.length);
    for (const { model, finding, ...numbers } of expected.checks) {
      const row = find(metrics.checks, { model, finding });
      for (const [name, value] of Object.entries(numbers)) {
        expect(row[name as keyof typeof row]).toEqual(near(value as number, 1e-12));
      }
    }
  });

  test.each(expected.ties)(
    'scores cut to whole numbers, nearly all tied: $finding',
    ({ finding, auroc: wanted }) => {
      const of = (label: number) =>
        Float64Array.from(
          rows.filter(
            (row) =>
              row.model === 'model1' && row.seed === 0 && row.finding === finding && row.label === label,
          ),
          ({ score }) => Math.floor(score as number),
        );
      expect(auroc(of(1), of(0))).toEqual(near(wanted, 1e-12));
    },
  );

  test('negative controls: permuted labels give 0.5 within the error, a model does not differ from itself', () => {
    for (const model of ['model1', 'model2']) {
      const permuted = find(metrics.controls, { model, control: 'permuted-labels' });
      expect(permuted.ci_low).toBeLessThan(0.5);
      expect(permuted.ci_high).toBeGreaterThan(0.5);
      expect(find(metrics.controls, { model, control: 'identical-models' })).toMatchObject({
        estimate: 0,
        se: 0,
      });
    }
  });

  test('few patients are flagged, with how many there are', () => {
    const cell = find(metrics.cells, { model: 'model1', seed: null, finding: 'FIB', view: 'AP' });
    expect(cell.note).toContain('few patients: 14 with FIB in AP');
    expect(find(metrics.gaps, { model: 'model1', seed: null, finding: 'FIB' }).note).toContain(
      '13 with FIB in PA',
    );
    const plenty = find(metrics.cells, { model: 'model1', seed: null, finding: 'NDL', view: 'PA' });
    expect(plenty.note).toBeNull();
  });
});

test('the whole run from predictions.arrow writes exactly these metrics, as JSON and as tables', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'predictions.arrow');
    await writeFile(
      path,
      encodeTable(
        PREDICTIONS,
        rows.map((row) => ({ ...row })),
      ),
    );
    const artifact = await evaluateInto(folder, [path], {
      inputs: { predict: 'a'.repeat(64) },
      config: CONFIG,
    });
    const written = metricsSchema.parse(
      JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8')),
    );
    expect(written).toEqual(metrics);
    expect(artifact.manifest).toMatchObject({
      stage: 'evaluate',
      inputs: { predict: 'a'.repeat(64) },
      counts: { rows: 16420, rows_left_out: 0, images: 821, patients: 194, cells: 144, changes: 90 },
    });
  });
});
