import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultCacheDir, prepareEngine } from '@viewgap/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const BIN = join(ROOT, 'packages/viewgap/bin/viewgap.mjs');
const cacheDir = defaultCacheDir(process.env);
const native = (await prepareEngine({ cacheDir, log: () => {} })).engine.startsWith('native');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The README's calls of the command, in their order, as words. */
const CALLS = [...README.replaceAll(/ \\\n +/g, ' ').matchAll(/^ {4}npx viewgap (.*)$/gm)].map(
  ([, line = '']) => line.split(' '),
);

/** What a pipeline of the repository is made of, with as few and small films and steps as it runs with. */
function reduced(name: string): Record<string, unknown> {
  const path = join(ROOT, 'pipelines', name, 'pipeline.json');
  const { sources, train, ingest, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  const kept = Object.entries(sources as Record<string, { phantom?: object }>).filter(([source]) =>
    ['nih', 'hospital-a', 'private'].includes(source),
  );
  const small = kept.map(([source, { phantom, ...config }]) => [
    source,
    { ...config, ...(phantom && { phantom: { ...phantom, images: 40, size: 64 } }) },
  ]);
  const common = { ...train.common, encoder: { widths: [4] }, epochs: 1, batchSize: 8, precision: 'float32' };
  return {
    ...rest,
    sources: Object.fromEntries(small),
    ingest: { ...ingest, size: 32, minEdge: 32 },
    train: { ...train, common, models: { model1: {}, model2: { decoder: {} } } },
  };
}

let folder: string;

function viewgap(args: readonly string[]) {
  return spawnSync(process.execPath, [BIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, VIEWGAP_KEYS: join(folder, '.viewgap/keys') },
  });
}

function run(line: string): void {
  const { status, stderr } = viewgap(line.split(' '));
  expect([status, status === 0 ? '' : stderr], line).toEqual([0, '']);
}

/** A workspace as after `npx nx run-many -t pipeline`, small. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewgap-readme-'));
  cpSync(join(ROOT, 'nx.json'), join(folder, 'nx.json'));
  for (const name of ['demo', 'nih-sample']) {
    mkdirSync(join(folder, 'pipelines', name), { recursive: true });
    writeFileSync(join(folder, 'pipelines', name, 'pipeline.json'), JSON.stringify(reduced(name)));
  }
  run('phantom --layout nih --images 80 --size 64 --out sample');
  cpSync(join(folder, 'sample'), join(folder, 'pipelines/nih-sample'), { recursive: true });
  rmSync(join(folder, 'sample'), { recursive: true });
  run('phantom --pipeline pipelines/demo');
  for (const source of ['nih', 'hospital-a', 'private'])
    run(`ingest --pipeline pipelines/demo --source ${source}`);
  run('ingest --pipeline pipelines/nih-sample --source nih');
  for (const name of ['demo', 'nih-sample']) {
    run(`catalog --pipeline pipelines/${name}`);
    run(`train --pipeline pipelines/${name} --model model2`);
  }
  run('train --pipeline pipelines/demo --model model1');
  for (const model of ['model1', 'model2']) run(`predict --pipeline pipelines/demo --model ${model}`);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the README's commands", () => {
  test('are there', () => {
    const verbs = new Set(CALLS.map(([verb]) => verb));
    expect([...verbs].sort()).toEqual(
      'catalog evaluate export ingest phantom predict report sheet tally train'.split(' '),
    );
  });

  test('write each into a place of its own, which git ignores', () => {
    const outs = CALLS.flatMap((args) =>
      args.includes('--out') ? [args[args.indexOf('--out') + 1] ?? ''] : [],
    );
    expect(outs.filter((out) => !out.startsWith('out/'))).toEqual([]);
    const within = outs.filter((out) => outs.some((other) => out.startsWith(`${other}/`)));
    expect([new Set(outs).size, within]).toEqual([outs.length, []]);
    expect(readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n')).toContain('/out/');
  });

  // In their order: later ones read what earlier ones wrote.
  test.each(CALLS.map((args) => [args.join(' '), args] as const))(
    'viewgap %s',
    (line, args) => {
      const { status, stderr } = viewgap(args);
      // It shows what must not be stored to a terminal alone, and there is none here.
      if (args.includes('--reveal')) {
        expect([status, stderr]).toEqual([
          2,
          expect.stringContaining('what --reveal shows must not be stored'),
        ]);
        return;
      }
      if (args.includes('savedmodel') && !native) {
        expect([status, stderr]).toEqual([1, expect.stringContaining('native')]);
        return;
      }
      expect([status, status === 0 ? '' : stderr], line).toEqual([0, '']);
      const out = args[args.indexOf('--out') + 1] ?? '';
      if (args.includes('--out')) expect([out, existsSync(join(folder, out))]).toEqual([out, true]);
    },
    300_000,
  );

  test('leave nothing beside the ignored folders but the ledger of what was scored', () => {
    expect(readdirSync(folder).sort()).toEqual(['.viewgap', 'nx.json', 'out', 'pipelines', 'runs']);
    expect(readdirSync(join(folder, 'pipelines/demo')).sort()).toEqual(['pipeline.json', 'scored.jsonl']);
  });
});
