import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOUNDS, ROOMS } from './rooms.mjs';
import { copyWorkspace, ROOT } from './workspace-copy.mjs';

/** @typedef {import('dependency-cruiser').ICruiseResult} Cruise */

/** @type {string} */
let copy;
/** The workspace's own imports, followed once. @type {Cruise} */
let asItIs;

beforeAll(async () => {
  copy = await realpath(await mkdtemp(join(tmpdir(), 'viewgap-imports-')));
  await copyWorkspace(copy);
  asItIs = cruise();
});
afterAll(() => rm(copy, { recursive: true, force: true }));

/**
 * `npm run imports` in the copy.
 * @param {string[]} more
 */
function check(...more) {
  const bin = join(ROOT, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const call = [
    bin,
    '--config',
    '.dependency-cruiser.mjs',
    'packages',
    'tools',
    'bench',
    'e2e',
    'studies',
    ...more,
  ];
  // Nx asks for colours, which would stand between the words that are looked for.
  const env = { ...process.env, FORCE_COLOR: '0' };
  return spawnSync(process.execPath, call, { cwd: copy, env, encoding: 'utf8', maxBuffer: 2 ** 28 });
}

/** @returns {Cruise} */
function cruise() {
  return JSON.parse(check('--output-type', 'json').stdout);
}

test('the call here is that of npm run imports', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
  expect(manifest.scripts.imports).toBe(
    'depcruise --config .dependency-cruiser.mjs packages tools bench e2e studies',
  );
});

describe('the code as it is', () => {
  test('keeps every rule', () => {
    expect(asItIs.summary.violations).toEqual([]);
  });

  test('is really seen: its modules, and imports by name into the source of our packages', () => {
    const { modules, summary } = asItIs;
    expect(summary.totalCruised).toBeGreaterThan(50);
    const edges = modules.flatMap(({ source, dependencies }) =>
      dependencies
        .filter(({ module }) => module.startsWith('@viewgap/'))
        .map(({ module, resolved }) => `${source.split('/')[1]} ${module} ${resolved}`),
    );
    for (const name of ['phantom', 'ingest', 'train', 'evaluate', 'report', 'viewgap']) {
      expect(edges).toContain(`${name} @viewgap/contracts packages/contracts/src/index.ts`);
    }
    for (const name of ['phantom', 'ingest', 'train', 'evaluate', 'report']) {
      expect(edges).toContain(`viewgap @viewgap/${name} packages/${name}/src/index.ts`);
    }
    expect(edges).toContain('train @viewgap/engine packages/engine/src/index.ts');
  });
});

/**
 * What must not be: rule, file, its text.
 * @type {[rule: string, file: string, code: string][]}
 */
const FORBIDDEN = [
  ['contracts-stands-alone', 'packages/contracts/src/planted.ts', "import '@viewgap/ingest';"],
  ['stats-stand-alone', 'packages/stats/src/planted.ts', "import '@viewgap/contracts';"],
  ['tables-know-no-stage', 'packages/tables/src/planted.ts', "import '@viewgap/artifacts';"],
  ['artifacts-know-no-stage', 'packages/artifacts/src/planted.ts', "import '@viewgap/shards';"],
  ['shards-know-no-stage', 'packages/shards/src/planted.ts', "import '@viewgap/ingest';"],
  [
    'engine-stands-alone',
    'packages/engine/src/planted.ts',
    "import { UserError } from '@viewgap/contracts';",
  ],
  ['engine-is-for-training', 'packages/report/src/planted.ts', "await import('@viewgap/engine');"],
  [
    'engine-is-for-training',
    'packages/ingest/src/planted.ts',
    "import type { Engine } from '@viewgap/engine';",
  ],
  ['no-stage-imports-another', 'packages/train/src/planted.ts', "import type {} from '@viewgap/evaluate';"],
  [
    'no-stage-imports-another',
    'packages/report/src/planted-2.ts',
    "export * from '../../evaluate/src/index.ts';",
  ],
  ['phantoms-stand-beside', 'packages/phantom/src/planted.ts', "import type {} from '@viewgap/ingest';"],
  ['no-stage-needs-phantoms', 'packages/ingest/src/planted-4.ts', "import '@viewgap/phantom';"],
  [
    'nothing-imports-the-command',
    'packages/ingest/src/planted-2.ts',
    "import '../../viewgap/src/planted.ts';",
  ],
  ['by-the-index-only', 'packages/viewgap/src/planted.ts', "import '../../stats/src/auroc.ts';"],
  ['by-the-index-only', 'tools/sample/planted.mjs', "import '../../packages/stats/src/auroc.ts';"],
  ['statistics-without-tensorflow', 'packages/evaluate/src/planted.ts', "import '@tensorflow/tfjs-core';"],
  ['statistics-without-tensorflow', 'packages/evaluate/src/planted-2.ts', "import './planted.ts';"],
  ['no-cycle', 'packages/contracts/src/planted-2.ts', "import type {} from './planted-3.ts';"],
  ['no-test-in-code', 'packages/contracts/src/planted-4.ts', "import './study/finding.test.ts';"],
  ['no-test-in-code', 'packages/contracts/src/planted-5.ts', "import '../test/testing.ts';"],
  ['no-test-in-code', 'packages/contracts/src/planted-6.ts', "import { test } from 'vitest';"],
  ['resolvable', 'packages/ingest/src/planted-3.ts', "import '@viewgap/contarcts';"],
];

/** Each folder of a package uses its first one, or what stands above them all. */
const MISPLACED = Object.entries(ROOMS).flatMap(([name, [first = '', ...rooms]]) =>
  [first, ...rooms].map((room) => {
    const up = '../'.repeat(room.split('/').length);
    const target = room === first ? 'index.ts' : `${first}/planted-room.ts`;
    return [
      `rooms/${name}/${room}`,
      `packages/${name}/src/${room}/planted-room.ts`,
      `import type {} from '${up}${name === 'viewgap' && room === first ? 'main.ts' : target}';`,
    ];
  }),
);

const EXAMPLES = [...FORBIDDEN, ...MISPLACED];

/** The other half of the cycle, and of nothing else. */
const OTHER_HALF = ['packages/contracts/src/planted-3.ts', "import type {} from './planted-2.ts';"];

/** @param {string} source */
const isCode = (source) => /^packages\/[^/]+\/src\//.test(source) && !/[.]test[.]/.test(source);
/** @param {string} source */
const folderOf = (source) => source.slice(0, source.lastIndexOf('/'));

/**
 * Nodes of the longest path in a graph without a circle.
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph
 */
function longestPath(graph) {
  /** @type {Map<string, number>} */
  const lengths = new Map();
  /** @param {string} node @returns {number} */
  const lengthFrom = (node) => {
    const known = lengths.get(node);
    if (known !== undefined) return known;
    const below = [...(graph.get(node) ?? [])].map(lengthFrom);
    const length = 1 + below.reduce((most, one) => Math.max(most, one), 0);
    lengths.set(node, length);
    return length;
  };
  return [...graph.keys()].map(lengthFrom).reduce((most, one) => Math.max(most, one), 0);
}

/**
 * A graph of the modules below a folder, by what stands for each.
 * @param {Cruise} cruised
 * @param {(source: string) => boolean} isMeant
 * @param {(source: string) => string} nodeOf
 */
function graphOf({ modules }, isMeant, nodeOf) {
  /** @type {Map<string, Set<string>>} */
  const graph = new Map();
  for (const { source, dependencies } of modules.filter((module) => isMeant(module.source))) {
    const node = nodeOf(source);
    const uses = graph.get(node) ?? new Set();
    graph.set(node, uses);
    for (const { resolved } of dependencies) {
      if (isMeant(resolved) && nodeOf(resolved) !== node) uses.add(nodeOf(resolved));
    }
  }
  return graph;
}

describe('the rooms of a package', () => {
  /** @type {string[]} */
  let folders;
  beforeAll(() => {
    folders = [
      ...new Set(
        asItIs.modules
          .map(({ source }) => source)
          .filter(isCode)
          .map(folderOf),
      ),
    ];
  });

  test.each(Object.keys(ROOMS))('of %s are those that have a place in the order', (name) => {
    const src = `packages/${name}/src/`;
    const found = folders
      .filter((folder) => folder.startsWith(src))
      .map((folder) => folder.slice(src.length));
    expect(found.sort()).toEqual([...(ROOMS[name] ?? [])].sort());
  });

  test.each(Object.entries(ROOMS))('of %s are in the tree of CONTRIBUTING.md', async (name, rooms) => {
    const text = await readFile(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
    const table = text.split(`| packages/${name}/src |`)[1]?.split('\n\n')[0] ?? '';
    const told = [...table.matchAll(/`([a-z/-]+)`/g)].map(([, room]) => room);
    expect(new Set(told)).toEqual(new Set(rooms));
  });

  test.each(Object.entries(BOUNDS.folders))('of %s stand in a chain of at most %i', (name, most) => {
    const src = `packages/${name}/src/`;
    /** @param {string} source */
    const isRoom = (source) =>
      isCode(source) && source.startsWith(src) && source.slice(src.length).includes('/');
    expect(longestPath(graphOf(asItIs, isRoom, folderOf))).toBeLessThanOrEqual(most);
  });

  test('hold few files, which use each other in short chains', () => {
    for (const folder of folders) {
      /** @param {string} source */
      const isInside = (source) => isCode(source) && folderOf(source) === folder;
      const graph = graphOf(asItIs, isInside, (source) => source);
      expect([folder, graph.size <= BOUNDS.size, longestPath(graph) <= BOUNDS.files]).toEqual([
        folder,
        true,
        true,
      ]);
    }
  });
});

describe('a forbidden import', () => {
  /** @type {Cruise} */
  let found;

  beforeAll(async () => {
    const planted = [...EXAMPLES.map(([, ...plant]) => plant), OTHER_HALF];
    for (const [file = '', code] of planted) await writeFile(join(copy, file), `${code}\nexport {};\n`);
    found = cruise();
  });
  test.each(EXAMPLES)('breaks the rule %s: %s with %s', (rule, file) => {
    const broken = found.summary.violations.filter(({ from }) => from === file);
    expect(broken.map((violation) => violation.rule.name)).toContain(rule);
  });

  test('has a planted example for every rule', () => {
    const rules = found.summary.ruleSetUsed?.forbidden?.map(({ name }) => name);
    expect(new Set(EXAMPLES.map(([rule]) => rule))).toEqual(new Set(rules));
  });

  test('fails the check, which names the rule, the file and what it imports', () => {
    const { status, stdout } = check();
    expect(status).not.toBe(0);
    expect(stdout).toMatch(
      /error engine-stands-alone: packages\/engine\/src\/planted\.ts → packages\/contracts\/src\/index\.ts/,
    );
  });
});
