import { posix } from 'node:path';

/**
 * @typedef {{ passed: number, failed: string[], skipped: string[] }} TestReport names as `src/a.test.ts > suite > test`,
 *   behind the project's folder
 *
 * @typedef {{ ancestorTitles: string[], title: string, status: string }} Test
 * @typedef {{ name: string, status: string, message: string, assertionResults: Test[] }} TestFile
 */

/** Statuses of vitest's JSON reporter; any other (pending, todo, skipped) is a test that did not run. */
const RAN = ['passed', 'failed'];

/**
 * What a report of vitest's JSON reporter says.
 * @param {string} text
 * @param {string} project folder relative to the workspace, e.g. `packages/ingest`
 * @returns {TestReport}
 */
export function readTestReport(text, project) {
  /** @type {{ testResults: TestFile[] }} */
  const { testResults } = JSON.parse(text);
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      name: [fileIn(project, name), ...ancestorTitles, title].join(' > '),
      status,
    })),
  );
  const named = (/** @type {(status: string) => boolean} */ isMeant) =>
    tests.filter(({ status }) => isMeant(status)).map(({ name }) => name);
  return {
    passed: named((status) => status === 'passed').length,
    failed: [...named((status) => status === 'failed'), ...brokenFiles(testResults, project)],
    skipped: named((status) => !RAN.includes(status)),
  };
}

/**
 * Files that failed outside any test, e.g. because of an import: each counts as one test.
 * @param {readonly TestFile[]} files
 * @param {string} project
 */
function brokenFiles(files, project) {
  return files
    .filter(
      ({ status, assertionResults }) =>
        status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
    )
    .map(({ name, message }) => `${fileIn(project, name)}: ${message.split('\n', 1)[0]}`);
}

/**
 * A file's path in the workspace: a report from the cache may have the paths of another checkout.
 * @param {string} project
 * @param {string} file absolute
 */
function fileIn(project, file) {
  const path = file.replaceAll('\\', '/');
  const start = path.lastIndexOf(`/${project}/`);
  return start < 0 ? posix.join(project, posix.basename(path)) : path.slice(start + 1);
}
