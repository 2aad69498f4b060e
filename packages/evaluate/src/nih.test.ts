import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withDuckDB } from '@viewgap/artifacts';
import type { Metrics } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { CONFIG, evaluateInto, inFolder, NIH_SCORES, nihLong } from '../test/testing.ts';

const present = existsSync(NIH_SCORES);

/** Published with the scores (jrzech/reproduce-chexnet, aucs.csv). */
const PUBLISHED = {
  Consolidation: 0.8002045198129359,
  Pneumothorax: 0.8776145243493956,
  Fibrosis: 0.8250897843248722,
  Effusion: 0.8827164014509215,
};

test.skipIf(!present)(
  `all 22,433 scores of the NIH test split have the AUROCs published with them, and errors that 2,000 bootstrap replicates agree with${present ? '' : ' (skipped: ../shared is absent)'}`,
  async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'zech.parquet');
      await withDuckDB(':memory:', async (connection) => {
        await connection.run(`copy (${nihLong(Object.keys(PUBLISHED))}) to '${path}'`);
      });
      const artifact = await evaluateInto(folder, [path], { config: { ...CONFIG, bootstrap: 2000 } });
      const metrics: Metrics = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8'));
      expect(metrics.datasets[0]).toMatchObject({ images: 22433, clusters: 6187, excluded: 0 });
      for (const [finding, auroc] of Object.entries(PUBLISHED)) {
        const cell = metrics.cells.find((c) => c.finding === finding && c.view === 'all');
        expect(cell?.estimate).toBeCloseTo(auroc, 12);
        expect(cell?.note).toBeNull();
      }
      const compared = metrics.bootstrap.filter(({ few }) => !few);
      expect(compared.length).toBeGreaterThanOrEqual(14);
      for (const { ratio } of compared) {
        expect(ratio).toBeGreaterThan(0.95);
        expect(ratio).toBeLessThan(1.05);
      }
      const permuted = metrics.controls.find(({ control }) => control === 'permuted-labels');
      expect(permuted?.ci_low).toBeLessThan(0.5);
      expect(permuted?.ci_high).toBeGreaterThan(0.5);
    });
  },
  120_000,
);
