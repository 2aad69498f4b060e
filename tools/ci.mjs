#!/usr/bin/env node
// Every check of the repository, after npm ci: .ci/run calls it. Goes on after a failure, so that one run reports all,
// and ends with what failed and `N passed, N failed`: each test of vitest and each check here counts as one.
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { $, which } from 'zx';
import { cachedTasks } from './checks/nx-output.mjs';
import { readTestReport } from './checks/test-report.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CHECKS = ['npx', 'nx', 'run-many', '-t', 'format', 'lint', 'types', 'imports'];
const PIPELINE = ['npx', 'nx', 'run-many', '-t', 'pipeline'];
const PIPELINES = ['demo', 'nih-sample'];
const METRICS = PIPELINES.map((name) => `runs/${name}/evaluate/metrics.json`);
const RESULTS = [...PIPELINES.map((name) => `runs/${name}/report/index.html`), ...METRICS];

let passed = 0;
let failed = 0;
/** @type {string[]} */
const failures = [];
/** @type {string[]} */
const skipped = [];

/**
 * Runs one part and says how it went and how long it took.
 * @param {string} name
 * @param {() => Promise<void>} part fails by throwing
 */
async function check(name, part) {
  console.log(`\n=== ${name}`);
  const start = performance.now();
  let outcome = 'passed';
  try {
    await part();
    passed += 1;
  } catch (error) {
    failed += 1;
    outcome = `FAILED: ${error instanceof Error ? error.message : error}`;
    failures.push(`${name}: ${outcome}`);
  }
  console.log(`=== ${name}: ${outcome} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
}

/**
 * Runs a command without stdin; its output is seen at once, and returned.
 * @param {readonly string[]} command
 */
async function run(command) {
  const running = $({
    cwd: ROOT,
    env: { ...process.env, CI: 'true' },
    quiet: true,
    nothrow: true,
  })`${command}`;
  running.stdin.end();
  running.stdout.pipe(process.stdout, { end: false });
  running.stderr.pipe(process.stderr, { end: false });
  const { exitCode, signal, stdout, stdall } = await running;
  return {
    stdout,
    stdall,
    error: exitCode === 0 ? null : `${command.join(' ')} ended with ${exitCode ?? signal}`,
  };
}

/** @param {readonly string[]} command */
async function mustRun(...command) {
  const { stdout, error } = await run(command);
  if (error !== null) throw new Error(error);
  return stdout;
}

async function installChromium() {
  const found = await which('chromium', { nothrow: true });
  if (found !== null) return console.log(`found: ${found}`);
  console.log('no chromium on PATH: installing it with apt-get');
  const root = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  await mustRun(...root, 'apt-get', 'update', '-q');
  await mustRun(...root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-qy', 'chromium');
}

async function runTests() {
  const tasks = Object.values(await tasksOf(['npm', 'test', '--'])).flatMap(
    ({ id, projectRoot, outputs }) => {
      const report = outputs.find((path) => /(^|\/)\.vitest\/[^/]+\.json$/.test(path));
      return report === undefined ? [] : [{ id, projectRoot, report: join(ROOT, report) }];
    },
  );
  if (tasks.length === 0) throw new Error('no task of npm test has a report of vitest among its outputs');
  // One of an earlier run must not stand for a run that ended before it wrote any.
  for (const { report } of tasks) await rm(report, { force: true });
  const { error } = await run(['npm', 'test']);
  let broken = 0;
  for (const { id, projectRoot, report } of tasks) {
    const tests = existsSync(report)
      ? readTestReport(await readFile(report, 'utf8'), projectRoot)
      : { passed: 0, failed: [`${id}: no report of its tests`], skipped: [] };
    passed += tests.passed;
    broken += tests.failed.length;
    for (const name of tests.failed) failures.push(name);
    for (const name of tests.skipped) skipped.push(name);
  }
  // The failure of this part stands for one of them.
  failed += Math.max(0, broken - 1);
  if (error !== null || broken > 0) throw new Error(error ?? `${broken} tests failed`);
}

/**
 * The tasks that a command of Nx would run.
 * @param {readonly string[]} command
 * @returns {Promise<Record<string, { id: string, projectRoot: string, outputs: string[], cache: boolean }>>}
 */
async function tasksOf(command) {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-ci-'));
  try {
    const file = join(folder, 'graph.json');
    await $({ cwd: ROOT, quiet: true })`${command} --graph=${file}`;
    return JSON.parse(await readFile(file, 'utf8')).tasks.tasks;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findResults() {
  for (const file of RESULTS) {
    const { size } = await stat(join(ROOT, file));
    if (size === 0) throw new Error(`${file} is empty`);
    console.log(`${file}: ${size} bytes`);
  }
  for (const file of METRICS) JSON.parse(await readFile(join(ROOT, file), 'utf8'));
}

/** Files of a stage that are not among its target's outputs are lost here. */
async function restoreFromCache() {
  const runs = join(ROOT, 'runs');
  const files = await readdir(runs, { recursive: true });
  await rm(runs, { recursive: true });
  const cached = cachedTasks(await mustRun(...PIPELINE));
  const tasks = Object.values(await tasksOf(PIPELINE)).flatMap(({ id, cache }) => (cache ? [id] : []));
  const again = tasks.filter((task) => !cached.has(task));
  if (tasks.length === 0 || again.length > 0) {
    throw new Error(`${again.length} of ${tasks.length} tasks ran again: ${again.join(', ')}`);
  }
  const lost = files.filter((file) => !existsSync(join(runs, file)));
  if (lost.length > 0) throw new Error(`${lost.length} of ${files.length} files lost: ${lost.join(', ')}`);
}

await check('chromium', installChromium);
await check('format, lint, types, imports', () => mustRun(...CHECKS).then(() => {}));
await check('generated files', () => mustRun('npx', 'nx', 'sync:check').then(() => {}));
await check('tests', runTests);
await check('every version of Node', () => mustRun('node', 'e2e/node-versions/run.mjs').then(() => {}));
await check('pipeline', () => mustRun(...PIPELINE).then(() => {}));
await check('results of the pipeline', findResults);
await check('runs/ deleted: all of it comes from the cache', restoreFromCache);

for (const test of skipped) console.log(`skipped: ${test}`);
for (const failure of failures) console.log(failure);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
