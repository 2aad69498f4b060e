import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { goldenDifference } from './golden.mjs';

/** @type {string} */
let folder;
/** @type {URL} */
let file;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewgap-golden-'));
  file = pathToFileURL(join(folder, 'golden.json'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const CURE = { raise: 'READER to 2 in reader.ts', command: 'npx vitest run golden' };
/**
 * @param {Record<string, unknown>} values
 * @param {Record<string, string | number>} versions
 */
const compared = (values, versions = { reader: 1 }) => goldenDifference(file, { versions, values }, CURE);
/** @param {Parameters<typeof compared>} results */
async function written(...results) {
  vi.stubEnv('GOLDEN', 'write');
  const difference = await compared(...results);
  vi.unstubAllEnvs();
  return difference;
}

test('golden values are written when that is asked for, and then nothing differs', async () => {
  expect(await compared({ film: 'a' })).toMatch(
    /golden\.json is not of reader 1 and of all inputs; GOLDEN=write npx vitest run golden$/,
  );
  expect(await written({ film: 'a' })).toBe('');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    versions: { reader: 1 },
    values: { film: 'a' },
  });
  expect(await compared({ film: 'a' })).toBe('');
});

test('a value that changes under the same version says what to raise, and is not written', async () => {
  await written({ film: 'a', other: 'b' });
  const line =
    /^film: not as in .*golden\.json; raise READER to 2 in reader\.ts, then GOLDEN=write npx vitest run golden$/;
  expect(await compared({ film: 'c', other: 'b' })).toMatch(line);
  expect(await written({ film: 'c', other: 'b' })).toMatch(line);
  expect(await compared({ film: 'a', other: 'b' })).toBe('');
});

test('of many values that change the first are named', async () => {
  await written({ a: 1, b: 1, c: 1, d: 1, e: 1 });
  expect(await compared({ a: 2, b: 2, c: 2, d: 2, e: 2 })).toMatch(/^a, b, c and 2 more: not as in/);
});

test('under another version the values must be written again, whether they changed or not', async () => {
  await written({ film: 'a' });
  for (const film of ['a', 'c'])
    expect(await compared({ film }, { reader: 2 })).toContain('is not of reader 2');
  expect(await written({ film: 'c' }, { reader: 2 })).toBe('');
  expect(await compared({ film: 'c' }, { reader: 2 })).toBe('');
});

test('another input needs no other version', async () => {
  await written({ film: 'a' });
  expect(await compared({ film: 'a', more: 'b' })).toContain('of all inputs');
  expect(await written({ film: 'a', more: 'b' })).toBe('');
});
