import { expect, test } from 'vitest';
import { cachedTasks, failedTests, testCounts } from './nx-output.mjs';

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

\u001b[41m\u001b[1m FAIL \u001b[22m\u001b[49m src/gap.test.ts\u001b[2m > \u001b[22ma gap has its sign
 FAIL  src/gap.test.ts > a gap has its sign
      Tests  1 failed | 186 passed | 1 skipped (188)
      Tests  no tests
`;

test('tests are summed over packages, failed ones apart, skipped ones in neither', () => {
  expect(testCounts(OUTPUT)).toEqual({ passed: 198, failed: 1, suites: 3 });
});

test('a task that ran is told from one that was served', () => {
  expect([...cachedTasks(OUTPUT)]).toEqual(['sample:test', 'nih-sample/train/model1/seed-0:train']);
});

test('a test that failed is named once', () => {
  expect(failedTests(OUTPUT)).toEqual(['src/gap.test.ts > a gap has its sign']);
});

test('nothing is counted where nothing was printed', () => {
  expect(testCounts('')).toEqual({ passed: 0, failed: 0, suites: 0 });
  expect(failedTests('')).toEqual([]);
  expect(cachedTasks('')).toEqual(new Set());
});
