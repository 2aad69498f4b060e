import { readdir } from 'node:fs/promises';
import { METRICS_TABLES } from '@viewgap/contracts/metrics';
import { expect, test } from 'vitest';
import { metricsTables } from './metrics-tables.ts';

const names = (await metricsTables()).map(({ shape }) => shape.name);

test('every table that readers know is computed, in the order of metrics.json', () => {
  expect(names).toEqual(Object.keys(METRICS_TABLES));
});

test('a file of the folder is a table of its name', async () => {
  const files = await readdir(new URL('./tables', import.meta.url));
  const own = files.filter((file) => !file.endsWith('.test.ts')).map((file) => file.replace('.ts', ''));
  expect(own.map((file) => file.replaceAll('-', '_')).sort()).toEqual([...names].sort());
});
