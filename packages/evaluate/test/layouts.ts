import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metrics } from '@viewgap/contracts';
import type { EvaluateOptions } from '../src/evaluate-predictions.ts';
import { LONG } from '../src/input/files/prediction-columns.ts';
import { CONFIG, evaluateInto, inFolder, zechRows } from './testing.ts';

/** The rows of one model that every layout holds. */
export const rows = (await zechRows()).filter(
  ({ seed, model, finding }) => seed === 0 && model === 'model1' && finding !== 'NDL',
);
export const ids = [...new Set(rows.map(({ image_id }) => image_id as string))];
export const findings = [...new Set(rows.map(({ finding }) => finding as string))];
export const cell = (image: string, finding: string) =>
  rows.find((row) => row.image_id === image && row.finding === finding) as (typeof rows)[number];

export const lines = (header: readonly string[], each: (image: string) => readonly unknown[]) =>
  `${[header, ...ids.map(each)].map((line) => line.map((value) => value ?? '').join(',')).join('\n')}\n`;
export const LONG_CSV = `${[
  'dataset,image_id,patient_id,view,model,finding,label,score',
  ...rows.map((row) =>
    [row.dataset, row.image_id, row.patient_id, row.view, row.model, row.finding, row.label, row.score].join(
      ',',
    ),
  ),
].join('\n')}\n`;

export type Layout = NonNullable<EvaluateOptions['layout']>;

/** The metrics of `scores.csv` among these files. */
export async function layoutMetrics(
  files: Record<string, string | Uint8Array>,
  layout: Partial<Layout>,
  config = CONFIG,
): Promise<Metrics> {
  let metrics: Metrics | null = null;
  await inFolder(async (folder) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const labels = layout.labels ? join(folder, layout.labels) : null;
    const artifact = await evaluateInto(folder, [join(folder, 'scores.csv')], {
      layout: { ...LONG, ...layout, labels },
      config,
    });
    metrics = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8'));
  });
  return metrics as unknown as Metrics;
}

/** The metrics' cells of a plain long table. */
export const wanted = (await layoutMetrics({ 'scores.csv': LONG_CSV }, {})).cells;

/** Wide scores without labels, and the layout of labels beside them. */
export const scores = lines(['image_id', ...findings.map((f) => `prob_${f}`)], (id) => [
  id,
  ...findings.map((f) => cell(id, f).score),
]);
export const beside = {
  wide: 'prob_{finding}',
  labels: 'labels.csv',
  constants: { dataset: 'nih', model: 'model1' },
};
