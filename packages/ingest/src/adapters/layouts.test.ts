import { readdirSync } from 'node:fs';
import { LAYOUT_NAMES } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { SAMPLES } from '../../test/sample-tables.ts';
import { adapterOf } from './layouts.ts';

const files = readdirSync(new URL('.', import.meta.url)).flatMap(
  (name) => /^([^.]+)\.ts$/.exec(name)?.[1] ?? [],
);

test('each layout that pipeline.json may name is a file, and each file of a layout may be named', async () => {
  const layouts = [];
  for (const name of files)
    if ('default' in (await import(new URL(`${name}.ts`, import.meta.url).href))) layouts.push(name);
  expect(layouts).toEqual([...LAYOUT_NAMES].sort());
});

test.each(Object.entries(SAMPLES))(
  '%s: its tables are tables, and none of them an image',
  async (_, sample) => {
    const { isTable, isImage, expects } = await adapterOf(sample.config);
    for (const path of Object.keys(sample.tables)) {
      expect(isTable(path), path).toBe(true);
      expect(isImage(path), path).toBe(false);
    }
    expect(expects).not.toBe('');
  },
);
