import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { queryRows, withDuckDB } from '@viewgap/artifacts';
import {
  type DelongCurve,
  delong,
  delongInterval,
  delongPaired,
  delongUnpaired,
  delongVariance,
} from '@viewgap/stats';
import { describe, expect, test, vi } from 'vitest';
import { FIXTURES, NIH_SCORES, nihLong, zechRows } from '../test/testing.ts';

vi.setConfig({ testTimeout: 30_000 });

/** Numbers of fixtures/make_proc.R, by set, then by what, model, finding and view. */
type Numbers = ReadonlyMap<string, number>;
const expected = new Map<string, Map<string, number>>();
for (const line of (await readFile(join(FIXTURES, 'proc-expected.csv'), 'utf8'))
  .trim()
  .split('\n')
  .slice(1)) {
  const [set = '', what, model, finding, view, value] = line.split(',');
  const numbers = expected.get(set) ?? new Map<string, number>();
  expected.set(set, numbers.set(`${what} ${model} ${finding} ${view}`, Number(value)));
}

interface Image {
  readonly view: string;
  readonly label: number;
  /** by model */
  readonly scores: Readonly<Record<string, number>>;
}

/** Everything that pROC computed of one finding of a set, as delong.ts does it. */
function ours(images: readonly Image[], finding: string): Numbers {
  const numbers = new Map<string, number>();
  const models = Object.keys(images[0]?.scores ?? {});
  const curve = (model: string, view: string) => {
    const used = images.filter((image) => view === 'all' || image.view === view);
    const labels = Uint8Array.from(used, ({ label }) => label);
    return delong(
      Float64Array.from(used, ({ scores }) => scores[model] as number),
      labels,
    ) as DelongCurve;
  };
  for (const view of ['AP', 'PA', 'all']) {
    for (const model of models) {
      const of = curve(model, view);
      const variance = delongVariance(of) as number;
      const [lo, hi] = delongInterval(of.auroc, variance, 0.95);
      for (const [what, value] of Object.entries({ auroc: of.auroc, var: variance, lo, hi })) {
        numbers.set(`${what} ${model} ${finding} ${view}`, value);
      }
    }
    if (models.length < 2) continue;
    const paired = delongPaired(curve('model1', view), curve('model2', view));
    numbers.set(`z model2-model1 ${finding} ${view}`, paired?.statistic as number);
    numbers.set(`p model2-model1 ${finding} ${view}`, paired?.p as number);
  }
  for (const model of models) {
    const unpaired = delongUnpaired(curve(model, 'AP'), curve(model, 'PA'));
    for (const [what, value] of Object.entries({
      t: unpaired?.statistic,
      df: unpaired?.df,
      p: unpaired?.p,
    })) {
      numbers.set(`${what} ${model} ${finding} AP-PA`, value as number);
    }
  }
  return numbers;
}

function expectEqual(set: string, all: readonly Numbers[]): void {
  const wanted = expected.get(set) as Numbers;
  const found = new Map(all.flatMap((numbers) => [...numbers]));
  expect(new Set(found.keys())).toEqual(new Set(wanted.keys()));
  for (const [key, value] of wanted) {
    // degrees of freedom are some thousands: they are held to the same relative size
    const scale = Math.max(1, Math.abs(value));
    expect(Math.abs((found.get(key) as number) - value) / scale, key).toBeLessThan(1e-10);
  }
}

async function sample(of: (score: number) => number): Promise<Numbers[]> {
  const rows = (await zechRows()).filter(({ seed, label }) => seed === 0 && label !== null);
  const findings = [...new Set(rows.map(({ finding }) => finding as string))];
  return findings.map((finding) => {
    const images = new Map<string, Image & { scores: Record<string, number> }>();
    for (const { image_id, view, label, model, score } of rows.filter((row) => row.finding === finding)) {
      const image = images.get(image_id as string) ?? {
        view: view as string,
        label: label as number,
        scores: {},
      };
      image.scores[model as string] = of(score as number);
      images.set(image_id as string, image);
    }
    return ours([...images.values()], finding);
  });
}

describe('image-level DeLong equals R pROC to 1e-10: variances, intervals, paired and unpaired tests', () => {
  test('on real scores of two models', async () => expectEqual('sample', await sample((score) => score)));

  test('on the same cut to whole numbers, nearly all tied', async () => {
    expectEqual('ties', await sample(Math.floor));
  });

  test.skipIf(!existsSync(NIH_SCORES))(
    `on all 22,433 scores of the NIH test split${existsSync(NIH_SCORES) ? '' : ' (skipped: ../shared is absent)'}`,
    async () => {
      await withDuckDB(':memory:', async (connection) => {
        const findings = ['Consolidation', 'Pneumothorax', 'Fibrosis', 'Effusion'];
        const rows = await queryRows<{ finding: string; view: string; label: number; score: number }>(
          connection,
          nihLong(findings),
        );
        const of = (finding: string) =>
          rows
            .filter((row) => row.finding === finding)
            .map(({ view, label, score }): Image => ({ view, label, scores: { model1: score } }));
        expectEqual(
          'nih',
          findings.map((finding) => ours(of(finding), finding)),
        );
      });
    },
  );
});

describe('where there is nothing to estimate', () => {
  test('one class: no curve; one image of a class: no variance', () => {
    expect(delong(Float64Array.of(1, 2), Uint8Array.of(0, 0))).toBeNull();
    expect(
      delongVariance(delong(Float64Array.of(1, 2, 3), Uint8Array.of(0, 0, 1)) as DelongCurve),
    ).toBeNull();
  });

  test('a model against itself: no difference, no test', () => {
    const curve = delong(Float64Array.of(1, 3, 2, 4), Uint8Array.of(0, 0, 1, 1)) as DelongCurve;
    expect(delongPaired(curve, curve)).toMatchObject({ difference: 0, se: 0, statistic: null, p: null });
  });
});
