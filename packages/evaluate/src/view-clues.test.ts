import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeTable, PREDICTIONS } from '@viewgap/artifacts';
import type { Metrics } from '@viewgap/contracts';
import { auroc, aurocInfluence, type Influence, logitInterval } from '@viewgap/stats';
import { describe, expect, test, vi } from 'vitest';
import { CONFIG, cohort, evaluateInto, inFolder, metricsOf, type PredictionRow } from '../test/testing.ts';

// Real DuckDB files, synced to a disk that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const number = (row: PredictionRow) => Number(row.image_id?.slice(1));
/** What tells the view: the film's shape in part, the probe of each model in another part. */
const aspect = (row: PredictionRow) => ((row.view === 'AP' ? 1100 : 1000) + 50 * (number(row) % 5)) / 1000;
const probe = (row: PredictionRow) =>
  (row.view === 'AP' ? 0.3 : 0) + ((number(row) * (row.model === 'model1' ? 7 : 11)) % 13) / 13;

const rows = cohort(30, 2).map((row) => ({ ...row, aspect: aspect(row), view_probe_score: probe(row) }));

/** The same number by the definition of contracts, over the images of one model. */
function reference(of: (row: PredictionRow) => number, model: string): number {
  const values = (view: string) =>
    Float64Array.from(
      rows.filter((row) => row.model === model && row.view === view),
      of,
    );
  return auroc(values('AP'), values('PA')) as number;
}

const checkOf = (metrics: Metrics, model: string) => metrics.checks.find((check) => check.model === model);

describe('what tells AP from PA beside the lungs', () => {
  test("the film's shape and the probe on the embedding, each as contracts' AUROC has it", async () => {
    const metrics = await metricsOf(rows);
    for (const model of ['model1', 'model2']) {
      const check = checkOf(metrics, model);
      expect(check?.geometry_auroc).toBeCloseTo(reference(aspect, 'model1'), 14);
      expect(check?.view_probe_auroc).toBeCloseTo(reference(probe, model), 14);
    }
    expect(checkOf(metrics, 'model1')?.view_probe_auroc).not.toBe(
      checkOf(metrics, 'model2')?.view_probe_auroc,
    );
  });

  test('the probe is the mean over seeds; images without one are left out', async () => {
    const second = rows.map((row) => ({ ...row, seed: 1, view_probe_score: -row.view_probe_score }));
    const both = await metricsOf([...rows, ...second]);
    expect(checkOf(both, 'model1')?.view_probe_auroc).toBeCloseTo(0.5, 14);
    const few = rows.map((row) => ({
      ...row,
      view_probe_score: number(row) < 40 ? row.view_probe_score : null,
    }));
    const known = rows.filter((row) => number(row) < 40);
    expect(checkOf(await metricsOf(few), 'model2')?.view_probe_auroc).toBe(
      checkOf(await metricsOf(known), 'model2')?.view_probe_auroc,
    );
  });

  test('the probe has an interval, clustered by patient', async () => {
    const metrics = await metricsOf(rows);
    for (const model of ['model1', 'model2']) {
      const of = rows.filter((row) => row.model === model && row.finding === rows[0]?.finding);
      const patients = [...new Set(of.map((row) => row.patient_id))];
      const influence = aurocInfluence(
        Float64Array.from(of, probe),
        of.map(({ view }) => (view === 'AP' ? 1 : 0)),
      ) as Influence;
      const sums = patients.map((patient) =>
        of.reduce(
          (sum, row, i) => sum + (row.patient_id === patient ? (influence.image[i] as number) : 0),
          0,
        ),
      );
      const squares = sums.reduce((total, sum) => total + sum ** 2, 0);
      const se = Math.sqrt((squares * patients.length) / (patients.length - 1));
      const [low, high] = logitInterval(influence.auroc, se, 0.95, patients.length - 1) as [number, number];
      const check = checkOf(metrics, model);
      expect(check?.view_probe_ci_low).toBeCloseTo(low, 12);
      expect(check?.view_probe_ci_high).toBeCloseTo(high, 12);
    }
  });

  test('null where a table has neither', async () => {
    const check = checkOf(await metricsOf(cohort(30, 2)), 'model1');
    expect(check).toMatchObject({ geometry_auroc: null, view_probe_auroc: null, view_probe_ci_low: null });
  });

  test('predict’s own file gives both', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'scores.arrow');
      const table = rows.map((row) => {
        const { aspect: shape, ...rest } = row;
        return { ...rest, width: shape * 1000, height: 1000 };
      });
      await writeFile(path, encodeTable(PREDICTIONS, table));
      const artifact = await evaluateInto(folder, [path], { config: CONFIG });
      const metrics = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8')) as Metrics;

      expect(checkOf(metrics, 'model2')?.geometry_auroc).toBeCloseTo(reference(aspect, 'model2'), 14);
      expect(checkOf(metrics, 'model2')?.view_probe_auroc).toBeCloseTo(reference(probe, 'model2'), 14);
    });
  });
});

test('label sets that never label the same image and finding twice are one set: they say where labels are from', async () => {
  const plain = cohort(30, 2);
  const sources = plain.map((row) => ({
    ...row,
    label_set: number(row) % 3 === 0 ? 'google2019' : 'report',
  }));
  const [metrics, wanted] = [await metricsOf(sources), await metricsOf(plain)];
  expect(metrics.cells).toEqual(wanted.cells);
  expect(metrics.sensitivity).toEqual(wanted.sensitivity);
  const chosen = await metricsOf(sources, { ...CONFIG, labels: 'google2019' });
  const of = ({ cells }: Metrics) =>
    cells.find(({ finding, view }) => finding === 'PTX' && view === 'all')?.n;
  expect([of(metrics), of(chosen)]).toEqual([60, 20]);
});
