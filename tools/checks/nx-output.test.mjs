import { expect, test } from 'vitest';
import { cachedTasks } from './nx-output.mjs';

// As Nx 23.2 prints it with CI=true and NX_DEFAULT_OUTPUT_STYLE=stream-without-prefixes, colours included.
const OUTPUT = `
\u001b[2m\u001b[36m\u001b[39m\u001b[22m
\u001b[2m> \u001b[22m\u001b[2mnx run\u001b[22m sample:test  \u001b[2m[existing outputs match the cache, left as is]\u001b[22m

> @viewgap/sample@0.1.0 test
> vitest run

 \u001b[32m✓\u001b[39m selection.test.mjs \u001b[2m(\u001b[22m\u001b[2m6 tests\u001b[22m\u001b[2m)\u001b[22m
\u001b[2m Test Files \u001b[22m \u001b[1m\u001b[32m2 passed\u001b[39m\u001b[22m\u001b[90m (2)\u001b[39m
\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[32m12 passed\u001b[39m\u001b[22m\u001b[90m (12)\u001b[39m

> nx run nih-sample/train/model1/seed-0:train  [local cache]
> nx run nih-sample/ingest/nih:scan
> nx run evaluate:test
`;

test('a task that ran is told from one that was served', () => {
  expect([...cachedTasks(OUTPUT)]).toEqual(['sample:test', 'nih-sample/train/model1/seed-0:train']);
});

test('none was served where nothing was printed', () => {
  expect(cachedTasks('')).toEqual(new Set());
});
