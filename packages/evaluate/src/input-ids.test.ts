import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withDuckDB } from '@viewgap/artifacts';
import { type Metrics, silentProgress } from '@viewgap/contracts';
import { describe, expect, test, vi } from 'vitest';
import {
  beside,
  findings,
  ids,
  LONG_CSV,
  layoutMetrics,
  lines,
  rows,
  scores,
  wanted,
} from '../test/layouts.ts';
import { evaluateInto, inFolder } from '../test/testing.ts';

// Real DuckDB files, synced to a disk that may be busy.
vi.setConfig({ testTimeout: 30_000 });

describe('ids', () => {
  const patients = [...new Set(rows.map(({ patient_id }) => patient_id as string))];
  const numbered = (spell: (number: number) => string) =>
    LONG_CSV.split('\n')
      .map((line) => {
        const parts = line.split(',');
        const at = patients.indexOf(parts[2] ?? '');
        return at === -1 ? line : [...parts.slice(0, 2), spell(at + 1), ...parts.slice(3)].join(',');
      })
      .join('\n');

  test('12, 12.0 and "12 " are one patient', async () => {
    const plain = await layoutMetrics({ 'scores.csv': numbered(String) }, {});
    let at = 0;
    const mixed = numbered((number) => [`${number}`, `${number}.0`, `${number} `][at++ % 3] as string);
    expect((await layoutMetrics({ 'scores.csv': mixed }, {})).cells).toEqual(plain.cells);
    expect(plain.cells.map(({ clusters }) => clusters)).toEqual(wanted.map(({ clusters }) => clusters));
  });

  test('that say nothing are none: each image is its own cluster, in parquet too', async () => {
    const none = await layoutMetrics({ 'scores.csv': numbered(() => '') }, {});
    await inFolder(async (folder) => {
      const [csv, parquet] = [join(folder, 'scores.csv'), join(folder, 'scores.parquet')];
      await writeFile(
        csv,
        numbered(() => 'x'),
      );
      await withDuckDB(':memory:', (connection) =>
        connection.run(
          `copy (select * replace (['nan', 'None', '<NA>', ' '][(1 + hash(image_id) % 4)::bigint] as patient_id)
             from read_csv('${csv}', all_varchar = true)) to '${parquet}' (format parquet)`,
        ),
      );
      const artifact = await evaluateInto(folder, [parquet]);
      const metrics = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8')) as Metrics;
      expect(metrics.cells).toEqual(none.cells);
    });
  });

  test('may have blanks and two forms of Unicode, in parquet too', async () => {
    const plain = await layoutMetrics({ 'scores.csv': numbered((n) => `환자${n}`) }, {});
    let at = 0;
    const spellings = (n: number) => [`환자${n}`, ` 환자${n}\u00a0`, `환자${n}`.normalize('NFD')];
    const mixed = numbered((n) => spellings(n)[at++ % 3] as string);
    expect((await layoutMetrics({ 'scores.csv': mixed }, {})).cells).toEqual(plain.cells);
    await inFolder(async (folder) => {
      const [csv, parquet] = [join(folder, 'scores.csv'), join(folder, 'scores.parquet')];
      await writeFile(csv, mixed);
      await withDuckDB(':memory:', (connection) =>
        connection.run(`copy (from read_csv('${csv}', all_varchar = true)) to '${parquet}' (format parquet)`),
      );
      const artifact = await evaluateInto(folder, [parquet]);
      const metrics = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8')) as Metrics;
      expect(metrics.cells.map(({ estimate, se }) => [estimate, se])).toEqual(
        plain.cells.map(({ estimate, se }) => [estimate, se]),
      );
    });
  });

  test('that differ in capitals or zeros in front alone are two, and that is said', async () => {
    const said: string[] = [];
    await inFolder(async (folder) => {
      await writeFile(
        join(folder, 'scores.csv'),
        numbered((n) => ['p1', 'P1', '07', '7'][n - 1] ?? `q${n}`),
      );
      const progress = { ...silentProgress, log: (line: string) => said.push(line) };
      await evaluateInto(folder, [join(folder, 'scores.csv')], { progress });
    });
    expect(said.filter((line) => line.includes(' ids '))).toEqual([
      'evaluate: patient ids that differ in capitals or zeros in front alone: 4 patient ids (they are taken for different patients: write each alike everywhere)',
    ]);
  });

  test('that a spreadsheet has cut are an error', async () => {
    await expect(layoutMetrics({ 'scores.csv': numbered((n) => `1.2345${n}E+11`) }, {})).rejects.toThrow(
      'ids that have lost their digits: row 1 of scores.csv',
    );
  });

  test('of labels that match none of the scores are an error, with the number that would', async () => {
    const lost = lines(['image_id', ...findings], (id) => [id.replace(/^0+/, ''), ...findings.map(() => 0)]);
    const shared = scores.replaceAll(/\n(?=\w)/g, '\n00');
    await expect(
      layoutMetrics(
        { 'scores.csv': shared, 'labels.csv': lost },
        { ...beside, constants: { ...beside.constants, view: 'AP', patient_id: '1' } },
      ),
    ).rejects.toThrow(
      `no image_id of scores.csv is in the labels: labels.csv (${ids.length} of ${ids.length} would match without leading zeros`,
    );
  });
});

test('a folder whose name looks like a column is a name: view=AP makes no film AP, model=resnet no model', async () => {
  await inFolder(async (folder) => {
    const partition = join(folder, 'model=resnet', 'view=AP');
    await mkdir(partition, { recursive: true });
    const [csv, parquet, jsonl] = ['csv', 'parquet', 'jsonl'].map((end) => join(partition, `scores.${end}`));
    await writeFile(csv as string, LONG_CSV);
    await withDuckDB(':memory:', async (connection) => {
      for (const [path, format] of [
        [parquet, 'parquet'],
        [jsonl, 'json'],
      ]) {
        await connection.run(
          `copy (from read_csv('${csv}', hive_partitioning = false)) to '${path}' (format ${format})`,
        );
      }
    });
    for (const path of [csv, parquet, jsonl]) {
      const artifact = await evaluateInto(folder, [path as string]);
      const metrics: Metrics = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8'));
      expect(metrics.models).toEqual(['model1']);
      expect(metrics.cells.map(({ estimate }) => estimate)).toEqual(wanted.map(({ estimate }) => estimate));
    }
  });
});

test('rows of an image must agree about what it shows; a row may leave it empty', async () => {
  const withColumns = (each: (row: number) => string) =>
    LONG_CSV.trim()
      .split('\n')
      .map((line, row) => `${line},${row === 0 ? 'sex,age_years,width,height' : each(row)}\n`)
      .join('');
  const agreeing = withColumns((row) => (row % 2 === 1 ? 'F,63,2000,2500' : ',,,'));
  expect((await layoutMetrics({ 'scores.csv': agreeing }, {})).cells).toEqual(wanted);
  for (const other of ['M,63,2000,2500', 'F,64,2000,2500', 'F,63,2500,2000']) {
    const differing = withColumns((row) => (row === 2 ? other : 'F,63.0,2000,2500'));
    await expect(layoutMetrics({ 'scores.csv': differing }, {}), other).rejects.toThrow(
      /rows of one image that disagree about its patient's age or sex, its source or its shape: row \d+ of scores.csv/,
    );
  }
});

test('columns of parquet may be spelt in another way', async () => {
  await inFolder(async (folder) => {
    const [csv, parquet] = [join(folder, 'scores.csv'), join(folder, 'scores.parquet')];
    await writeFile(csv, LONG_CSV);
    const other = `* rename (image_id as "Image ID", view as "View "), 0 as "Unnamed: 0", 'x' as "row"`;
    await withDuckDB(':memory:', (connection) =>
      connection.run(`copy (select ${other} from read_csv('${csv}')) to '${parquet}' (format parquet)`),
    );
    const artifact = await evaluateInto(folder, [parquet]);
    const metrics = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8')) as Metrics;
    expect(metrics.cells).toEqual(wanted);
  });
});
