import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { closureOf, readPackages } from './packages.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'packages-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function packages(manifests: Record<string, unknown>) {
  for (const [file, manifest] of Object.entries(manifests)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  }
  return readPackages(Object.keys(manifests), root);
}

test('a package is made of itself and of what it depends on, directly or not, here and in npm', () => {
  const found = packages({
    'p/train/package.json': {
      name: '@x/train',
      nx: { name: 'train' },
      dependencies: { '@x/engine': '1', zod: '4' },
    },
    'p/engine/package.json': {
      name: '@x/engine',
      dependencies: { '@x/base': '1', tfjs: '4', '@x/train': '1' },
    },
    'p/base/package.json': { name: '@x/base', dependencies: { arrow: '1' } },
    'p/report/package.json': { name: '@x/report', dependencies: { vega: '6' } },
  });
  expect(found.get('train')?.root).toBe('p/train');
  expect(closureOf('train', found)).toEqual({
    projects: ['@x/base', '@x/engine', 'train'],
    npm: ['arrow', 'tfjs', 'zod'],
  });
});

test('what only its tests need is no part of it', () => {
  const found = packages({
    'a/package.json': { name: 'a', devDependencies: { b: '1', vitest: '4' } },
    'b/package.json': { name: 'b' },
  });
  expect(closureOf('a', found)).toEqual({ projects: ['a'], npm: [] });
});

test('a file that is no package is passed over', () => {
  const found = packages({ 'package.json': '{', 'a/package.json': {}, 'b/package.json': { name: 'b' } });
  expect([...found.keys()]).toEqual(['b']);
  expect(closureOf('unknown', found)).toEqual({ projects: ['unknown'], npm: [] });
});
