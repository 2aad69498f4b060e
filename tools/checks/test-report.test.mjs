import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTestReport } from './test-report.mjs';
import { ROOT } from './workspace-copy.mjs';

const FILES = {
  'some.test.mjs': `
    import { describe, expect, test } from 'vitest';
    describe('a gap', () => {
      test('has its sign', () => expect(1).toBe(2));
      test('is finite', () => {});
      test.skip('is that of 892 real films (skipped where they are absent)', () => {});
      test('needs a network', (context) => context.skip('there is none'));
      test.todo('is small');
    });`,
  'broken.test.mjs': "import './absent.mjs';",
  'hook.test.mjs': `
    import { beforeAll, test } from 'vitest';
    beforeAll(() => { throw new Error('no engine'); });
    test('of an engine', () => {});`,
};

/** @type {string} */
let folder;
/** @type {string} */
let report;
beforeAll(() => {
  folder = mkdtempSync(join(ROOT, 'tools/checks/report-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {};');
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const call = [vitest, 'run', '--reporter=json', '--outputFile=report.json'];
  try {
    execFileSync(process.execPath, call, { cwd: folder, stdio: 'ignore' });
  } catch {
    // It fails, as its tests do.
  }
  report = readFileSync(join(folder, 'report.json'), 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("vitest's report: tests that passed are counted, others named, with files that broke", () => {
  const project = folder.slice(ROOT.length);
  const { passed, failed, skipped } = readTestReport(report, project);
  expect(passed).toBe(1);
  expect(failed.sort()).toEqual([
    expect.stringMatching(/\/broken\.test\.mjs: .*absent\.mjs/),
    expect.stringMatching(/\/hook\.test\.mjs: no engine$/),
    `${project}/some.test.mjs > a gap > has its sign`,
  ]);
  expect(skipped).toEqual(
    expect.arrayContaining([
      `${project}/some.test.mjs > a gap > is that of 892 real films (skipped where they are absent)`,
      `${project}/some.test.mjs > a gap > needs a network`,
      `${project}/some.test.mjs > a gap > is small`,
    ]),
  );
});

test('a report that another checkout wrote names the files of this one', () => {
  const test = { ancestorTitles: [], title: 'fails', status: 'failed' };
  const file = { status: 'failed', message: '', assertionResults: [test] };
  const text = JSON.stringify({
    testResults: [{ name: '/home/a/packages/ingest/packages/ingest/src/a.test.ts', ...file }],
  });
  expect(readTestReport(text, 'packages/ingest').failed).toEqual(['packages/ingest/src/a.test.ts > fails']);
});
