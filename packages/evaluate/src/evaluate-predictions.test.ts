import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeTable, openArtifact, PREDICTIONS, queryRows, withDuckDB } from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';
import { describe, expect, test, vi } from 'vitest';
import { evaluateInto, inFolder, type PredictionRow, row, zechRows } from '../test/testing.ts';

// Real DuckDB files, synced to a disk that may be busy.
vi.setConfig({ testTimeout: 30_000 });

/** A tenth of the real scores: enough for every table. */
const rows = (await zechRows()).filter(({ patient_id }) => Number(patient_id) % 10 < 4);

const HEADER = 'dataset,image_id,patient_id,view,model,seed,finding,label,score,split';

function csv(lines: readonly PredictionRow[], header = HEADER): string {
  const line = (one: PredictionRow) =>
    header
      .split(',')
      .map((name) => one[name as keyof PredictionRow] ?? '')
      .join(',');
  return `${[header, ...lines.map(line)].join('\n')}\n`;
}

const arrow = (lines: readonly PredictionRow[]) =>
  encodeTable(
    PREDICTIONS,
    lines.map((one) => ({ ...one })),
  );

async function metricsText(folder: string, files: Record<string, string | Uint8Array>): Promise<string> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const artifact = await evaluateInto(
    folder,
    Object.keys(files).map((name) => join(folder, name)),
  );
  return readFile(join(artifact.folder, 'metrics.json'), 'utf8');
}

/** The message of the UserError that evaluating this file ends in. */
async function complaint(content: string, name = 'scores.csv'): Promise<string> {
  let message = '';
  await inFolder(async (folder) => {
    const error = await metricsText(folder, { [name]: content }).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    message = (error as UserError).message;
  });
  return message;
}

describe('the artifact', () => {
  test('is the same byte for byte whatever the order of rows and files, and opens as an evaluate artifact', async () => {
    await inFolder(async (folder) => {
      const [one, two] = ['model1', 'model2'].map((model) => rows.filter((r) => r.model === model)) as [
        PredictionRow[],
        PredictionRow[],
      ];
      const first = await metricsText(folder, { 'a.arrow': arrow(one), 'b.arrow': arrow(two) });
      const manifest = (await openArtifact(join(folder, 'out'), 'evaluate', { rebuild: '', verify: true }))
        .sha256;
      const again = await metricsText(folder, { 'b.arrow': arrow(two.toReversed()), 'a.arrow': arrow(one) });
      expect(again).toBe(first);
      expect((await openArtifact(join(folder, 'out'), 'evaluate', { rebuild: '' })).sha256).toBe(manifest);
    });
  });

  test('has every array of metrics.json as a table of metrics.duckdb', async () => {
    await inFolder(async (folder) => {
      const metrics = JSON.parse(await metricsText(folder, { 'scores.csv': csv(rows) }));
      await withDuckDB(
        join(folder, 'out', 'metrics.duckdb'),
        async (connection) => {
          for (const table of [
            'datasets',
            'cells',
            'gaps',
            'changes',
            'abs_gap_changes',
            'checks',
            'controls',
          ]) {
            const [count] = await queryRows<{ n: number }>(
              connection,
              `select count(*)::integer as n from ${table}`,
            );
            expect(count?.n, table).toBe(metrics[table].length);
          }
          const [gap] = await queryRows<Record<string, unknown>>(
            connection,
            `select * from gaps where model = 'model2' and seed is null and finding = 'mean'`,
          );
          const same = metrics.gaps.find(
            (g: { model: string; seed: null; finding: string }) =>
              g.model === 'model2' && g.seed === null && g.finding === 'mean',
          );
          expect(gap).toEqual(same);
          const settings = await queryRows<{ name: string; value: string | null }>(
            connection,
            'select name, value from settings',
          );
          expect(settings).toContainEqual({ name: 'level', value: '0.95' });
          expect(settings).toContainEqual({ name: 'models', value: '["model1","model2"]' });
          const columns = await queryRows<{ table_name: string; column_name: string }>(
            connection,
            "select table_name, column_name from duckdb_columns() where schema_name = 'main' and not internal",
          );
          expect(columns.length).toBeGreaterThan(200);
          for (const { table_name, column_name } of columns) {
            // no name needs quotes
            await connection.run(`select ${column_name} from ${table_name} limit 0`);
          }
          const [check] = await queryRows<Record<string, unknown>>(
            connection,
            'select * from checks limit 1',
          );
          expect(check).toEqual(metrics.checks[0]);
        },
        { readOnly: true },
      );
    });
  });
});

describe('a predictions file', () => {
  test('gives the same metrics as Arrow, CSV, zipped CSV and Parquet', async () => {
    await inFolder(async (folder) => {
      const wanted = await metricsText(folder, { 'scores.arrow': arrow(rows) });
      expect(await metricsText(folder, { 'scores.csv': csv(rows) })).toBe(wanted);
      await withDuckDB(':memory:', async (connection) => {
        const table = `(select * from read_csv('${join(folder, 'scores.csv')}'))`;
        await connection.run(`copy ${table} to '${join(folder, 'scores.parquet')}'`);
        await connection.run(`copy ${table} to '${join(folder, 'zipped.csv.gz')}' (compression gzip)`);
      });
      for (const name of ['scores.parquet', 'zipped.csv.gz']) {
        const artifact = await evaluateInto(folder, [join(folder, name)]);
        expect(await readFile(join(artifact.folder, 'metrics.json'), 'utf8'), name).toBe(wanted);
      }
    });
  });

  test('may be an Arrow file of another program, with integer ids, dictionaries and columns of its own', async () => {
    const foreign = new URL('../fixtures/foreign.arrow', import.meta.url);
    const images = new Set([...new Set((await zechRows()).map(({ image_id }) => image_id))].slice(0, 30));
    const same = (await zechRows()).filter(
      ({ image_id, seed, finding }) =>
        images.has(image_id) && seed === 0 && (finding === 'PTX' || finding === 'NDL'),
    );
    expect(same).toHaveLength(120);
    await inFolder(async (folder) => {
      const ours = await metricsText(folder, {
        'ours.arrow': arrow(same.map((one) => ({ ...one, split: null }))),
      });
      const theirs = await metricsText(folder, { 'theirs.arrow': await readFile(foreign) });
      expect(JSON.parse(theirs)).toEqual(JSON.parse(ours));
    });
  });

  test('may lack seed and split, and write nothing as NA, nan or an empty cell', async () => {
    await inFolder(async (folder) => {
      const lines = rows.filter(({ seed }) => seed === 0).map((one) => ({ ...one, split: null }));
      const short = 'dataset,image_id,patient_id,view,model,finding,label,score';
      const metrics = JSON.parse(await metricsText(folder, { 'scores.csv': csv(lines, short) }));
      expect(metrics.seeds).toEqual([0]);
      expect(metrics.datasets[0].split).toBe('unspecified');
      const pandas = csv(lines, short).replaceAll(/,,(?=[-\d])/g, ',nan,');
      expect(pandas).toContain(',nan,');
      expect(JSON.parse(await metricsText(folder, { 'scores.csv': pandas }))).toEqual(metrics);
    });
  });

  test('that is missing, of another kind, or not what its name says', async () => {
    await inFolder(async (folder) => {
      await expect(evaluateInto(folder, [join(folder, 'none.csv')])).rejects.toThrow(
        'no such predictions file',
      );
    });
    expect(await complaint('x', 'scores.docx')).toContain('give .arrow, .feather, .parquet, .csv, .tsv');
    expect(await complaint('x', 'scores.xlsx')).toContain('not a workbook: scores.xlsx');
    expect(await complaint('x', 'scores.ods')).toContain('a spreadsheet that is no .xlsx: scores.ods');
    expect(await complaint('PAR1 is not enough', 'scores.parquet')).toContain('cannot be read');
    expect(await complaint('no arrow', 'scores.arrow')).toContain('it is no Arrow IPC file');
    expect(await complaint(`${HEADER}\n`)).toContain('no predictions');
  });

  test('without a column says which one, and which name is near', async () => {
    expect(await complaint(csv([row({})]).replace('patient_id', 'patientid'))).toBe(
      'no column patient_id: scores.csv (did you mean "patientid"?)',
    );
    expect(await complaint('a,b\n1,2\n')).toBe('no column image_id: scores.csv (the file has a, b)');
  });
});

describe('faulty rows', () => {
  const good = row({ image_id: 'a' });
  const faulty = (fault: Partial<PredictionRow>) => csv([good, row({ image_id: 'b', ...fault })]);
  const scored = (text: string) => faulty({}).replace(/0,test\n$/, `${text},test\n`);

  test.each(['NaN', 'inf', '-Infinity', '', 'high'])('a score of "%s" is named by its row', async (score) => {
    expect(await complaint(scored(score))).toContain(
      'scores that are missing, NaN or infinite: row 2 of scores.csv (',
    );
  });

  test('many of them: the first three rows, and how many there are', async () => {
    const bad = Array.from({ length: 5000 }, (_, i) => row({ image_id: `i${i}` }));
    const text = csv(bad).replaceAll(/0,test/g, 'nan,test');
    expect(await complaint(text)).toContain(
      'row 1 of scores.csv, row 2 of scores.csv, row 3 of scores.csv, …; 5000 in all (',
    );
  });

  test.each([2, -1, 0.5, 'maybe'])('a label of %s', async (label) => {
    expect(await complaint(faulty({ label: label as number }))).toContain(
      'labels that are not 0, 1 or empty: row 2 of scores.csv (',
    );
  });

  test('a seed that is not a whole number, an unknown split, no image_id', async () => {
    expect(await complaint(faulty({ seed: 0.5 }))).toContain('seeds that are not whole numbers: row 2');
    expect(await complaint(faulty({ split: 'tset' }))).toContain('unknown splits: tset in row 2');
    expect(await complaint(faulty({ view: 'APX' }))).toContain(
      'unknown views: APX in row 2 of scores.csv, did you mean "AP"? (known: AP, PA, LATERAL, unknown, or nothing)',
    );
    expect(await complaint(faulty({ image_id: null }))).toContain('rows without a dataset, image_id');
    expect(await complaint(csv([row({ dataset: null })]))).toContain('rows without a dataset, image_id');
    expect(await complaint(faulty({}).replaceAll(',0,PTX', ',inf,PTX'))).toContain(
      'seeds that are not whole',
    );
  });

  test('two rows of the same dataset, image, model, seed and finding', async () => {
    expect(await complaint(csv([good, row({ image_id: 'b' }), { ...good, score: 5 }]))).toBe(
      'rows of the same dataset, image, model, seed and finding: row 3 of scores.csv repeats row 1 of scores.csv (keep one row of each)',
    );
  });

  test('rows of one image that disagree about its patient, view, split or label', async () => {
    for (const fault of [{ patient_id: 'other' }, { view: 'PA' }, { split: 'external' }]) {
      expect(await complaint(csv([good, { ...good, model: 'model2', ...fault }]))).toContain(
        'rows of one image that disagree about its patient, view or split: row 2',
      );
    }
    expect(await complaint(csv([good, { ...good, model: 'model2', label: 1 }]))).toContain(
      'labels of one image and finding that differ between rows: row 2',
    );
  });

  test('models scored on different images', async () => {
    const both = ['a', 'b'].flatMap((image_id) =>
      ['model1', 'model2'].map((model) => row({ image_id, model })),
    );
    expect(await complaint(csv(both.slice(0, 3)))).toBe(
      'models scored on different images: model2 seed 0 lacks PTX of the hospital image in row 3 of scores.csv ' +
        '(score every model and seed on the same images of a data set)',
    );
  });

  test('a model to compare that is not there', async () => {
    const lines = ['model1', 'modle2'].flatMap((model) =>
      [0, 1].map((label) => row({ model, label, image_id: `i${label}` })),
    );
    expect(await complaint(csv(lines))).toBe(
      'the predictions hold no model of evaluate.to: model2 (did you mean "modle2"? set it in pipeline.json, or with --to)',
    );
  });
});
