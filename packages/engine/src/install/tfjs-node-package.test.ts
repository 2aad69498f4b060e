import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tfjsNodeEngine } from './tfjs-node-package.ts';

test('a package that was never built is passed by', async () => {
  const context = { cacheDir: tmpdir(), env: process.env, log: () => {}, device: 'cpu', gpu: '' } as const;
  expect(await tfjsNodeEngine(join(tmpdir(), 'no-such-package'), context)).toBe(null);
});
