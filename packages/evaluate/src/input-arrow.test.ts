import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { evaluateInto, FIXTURES, inFolder } from '../test/testing.ts';

// Real DuckDB files, synced to a disk that may be busy.
vi.setConfig({ testTimeout: 30_000 });

async function metricsOf(file: string, name = file): Promise<Record<string, unknown>> {
  let metrics: Record<string, unknown> = {};
  await inFolder(async (folder) => {
    await writeFile(join(folder, name), await readFile(join(FIXTURES, file)));
    const artifact = await evaluateInto(folder, [join(folder, name)]);
    metrics = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8'));
  });
  return metrics;
}

/** All numbers of two metrics to ten digits: scores were rounded to twelve decimals. */
function expectSame(one: unknown, other: unknown): void {
  const rounded = (value: unknown) =>
    JSON.stringify(value, (_, cell) => (typeof cell === 'number' ? Number(cell.toPrecision(8)) : cell));
  expect(JSON.parse(rounded(one))).toEqual(JSON.parse(rounded(other)));
}

describe('an Arrow file of pyarrow or pandas gives the same metrics', () => {
  test.each([
    ['packed by lz4, as to_feather writes it', 'arrow-lz4.feather'],
    ['packed by zstd, in batches with dictionaries', 'arrow-zstd.arrow'],
    ['with decimals', 'arrow-decimal.arrow'],
    [
      'with large texts, views of texts, bytes, unsigned integers, half floats and a time',
      'arrow-types.arrow',
    ],
  ])('%s', async (_, file) => {
    expectSame(await metricsOf(file), await metricsOf('foreign.arrow'));
  });

  test('whatever Arrow ending it has', async () => {
    expectSame(await metricsOf('arrow-lz4.feather', 'x.arrow'), await metricsOf('foreign.arrow', 'x.ipc'));
  });
});

test('what is named as an Arrow file and is none is told', async () => {
  await expect(metricsOf('arrow-version-1.feather')).rejects.toThrow(
    'a Feather file of version 1: arrow-version-1.feather (write version 2, or Parquet)',
  );
  await expect(metricsOf('zech.csv', 'zech.arrow')).rejects.toThrow(
    'the predictions file cannot be read: zech.arrow (it is no Arrow IPC file, or damaged: write it again, or as Parquet)',
  );
});
