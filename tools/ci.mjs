#!/usr/bin/env node
// Every check of the repository, after npm ci: .ci/run calls it. Goes on after a failure, so that one run reports all,
// and ends with what failed and `N passed, N failed`: each test of vitest and each check here counts as one.
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { $, which } from 'zx';
import { cachedTasks, failedTests, testCounts } from './checks/nx-output.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PIPELINE = ['npx', 'nx', 'run-many', '-t', 'pipeline'];
const PIPELINES = ['demo', 'nih-sample'];
const METRICS = PIPELINES.map((name) => `runs/${name}/evaluate/metrics.json`);
const RESULTS = [...PIPELINES.map((name) => `runs/${name}/report/index.html`), ...METRICS];

let passed = 0;
let failed = 0;
/** @type {string[]} */
const failures = [];

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
  const { stdout, stdall, error } = await run(['npm', 'test']);
  const counts = testCounts(stdout);
  passed += counts.passed;
  // The failure of this part stands for one of them.
  failed += Math.max(0, counts.failed - 1);
  // vitest names them on stderr.
  for (const test of failedTests(stdall)) failures.push(test);
  if (error !== null) throw new Error(error);
  let suites = 0;
  for (const target of ['test', 'e2e']) {
    const listed = await $({ cwd: ROOT, quiet: true })`npx nx show projects --with-target ${target} --json`;
    suites += JSON.parse(listed.stdout).length;
  }
  if (counts.suites !== suites) throw new Error(`${counts.suites} summaries of tests from ${suites} targets`);
}

/** Ids of the pipeline's tasks that Nx may cache. */
async function cacheableTasks() {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-ci-'));
  try {
    const file = join(folder, 'graph.json');
    await $({ cwd: ROOT, quiet: true })`${PIPELINE} --graph=${file}`;
    const { tasks } = JSON.parse(await readFile(file, 'utf8')).tasks;
    return Object.keys(tasks).filter((id) => tasks[id].cache);
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

async function runAgainFromCache() {
  const cached = cachedTasks(await mustRun(...PIPELINE));
  const tasks = await cacheableTasks();
  const again = tasks.filter((task) => !cached.has(task));
  if (tasks.length === 0 || again.length > 0) {
    throw new Error(`${again.length} of ${tasks.length} tasks ran again: ${again.join(', ')}`);
  }
}

await check('chromium', installChromium);
await check('format and lint', () => mustRun('npm', 'run', 'check').then(() => {}));
await check('types', () => mustRun('npm', 'run', 'types').then(() => {}));
await check('imports', () => mustRun('npm', 'run', 'imports').then(() => {}));
await check('tests', runTests);
await check('every version of Node', () => mustRun('node', 'e2e/node-versions/run.mjs').then(() => {}));
await check('pipeline', () => mustRun(...PIPELINE).then(() => {}));
await check('results of the pipeline', findResults);
await check('pipeline again, from the cache', runAgainFromCache);

for (const failure of failures) console.log(failure);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
