import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HowTo, openReader, type Reader, readHowTo } from './how-to.ts';
import { ROOT } from './root.ts';

/**
 * docs/how-to/run-on-a-closed-network.md. Its downloads are held against what the code asks for; its second half is
 * followed without a network, in an empty cache.
 */
let page: HowTo;
let reader: Reader;
const cache = process.env.VIEWGAP_CACHE || join(homedir(), '.cache/viewgap');
const tensorflow =
  existsSync(cache) && readdirSync(cache).find((name) => /^tensorflow-.*-cpu-[0-9a-f]{8}$/.test(name));

beforeAll(async () => {
  page = await readHowTo('run-on-a-closed-network');
  reader = await openReader();
});
afterAll(() => reader.close());

const sourceOf = (file: string) => readFileSync(join(ROOT, 'packages/engine/src', file), 'utf8');

test('what is downloaded is what the engine asks for', () => {
  const [npm, pip = '', pack = ''] = page.commands;
  expect(npm).toBe('npm ci --cache carry/npm');
  const requirement = pip.split(' ').at(-1);
  expect(sourceOf('install/build/wheels.ts')).toContain(`requirement: '${requirement}'`);
  const readme = readFileSync(join(ROOT, 'packages/engine/README.md'), 'utf8');
  for (const flag of pip.match(/--(?!dest)\S+( (?!-)\S+)?/g) ?? []) expect(readme).toContain(flag);
  const spec = pack.split(' ')[2] ?? '';
  expect(sourceOf('models/imagenet-weights.ts')).toContain(`spec: '${spec}'`);
  expect(page.commands[5]).toContain(`${spec.replace('@', '-')}.tgz`);
});

test.skipIf(!tensorflow)('the engine is built from the carried TensorFlow, with no network', async () => {
  const [, , , offline, ...rest] = page.commands;
  expect(offline).toBe('npm ci --offline --cache carry/npm');
  await mkdir(join(reader.folder, 'carry'));
  for (const entry of readdirSync(join(cache, String(tensorflow)))) {
    await symlink(join(cache, String(tensorflow), entry), join(reader.folder, 'carry', entry));
  }
  // A network namespace of its own has no way out.
  const closed = reader.run(['unshare -rn true']).status === 0;
  const script = rest.map((line) => (closed && line.startsWith('npx') ? `unshare -rn ${line}` : line));
  const { status, output } = reader.run(script, { env: { VIEWGAP_CACHE: join(reader.folder, 'cache') } });
  expect(output).toContain('native-cpu');
  expect(status).toBe(0);
});
