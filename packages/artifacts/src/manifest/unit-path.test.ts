import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFolder, unitPath } from './unit-path.ts';

test('a unit of work writes below runs/, in a folder that its Nx project is named after', () => {
  expect(runFolder('/study', 'demo', unitPath.train('model2', 1))).toBe(
    join('/study', 'runs', 'demo', 'train', 'model2', 'seed-1'),
  );
  expect([
    unitPath.ingest('nih'),
    unitPath.catalog(),
    unitPath.predict('model1', 0),
    unitPath.evaluate(),
    unitPath.report(),
  ]).toEqual(['ingest/nih', 'catalog', 'predict/model1/seed-0', 'evaluate', 'report']);
});
