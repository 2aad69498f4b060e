import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openReader, type Reader } from './how-to.ts';
import { ROOT } from './root.ts';

const PACKAGES = readdirSync(join(ROOT, 'packages')).filter((name) =>
  existsSync(join(ROOT, 'packages', name, 'package.json')),
);

const readmeOf = (name: string) => readFileSync(join(ROOT, 'packages', name, 'README.md'), 'utf8');

/** By package: its programs in TypeScript. Those of engine, in JavaScript, have a test of their own beside it. */
const PROGRAMS = PACKAGES.map((name) => {
  const programs = [...readmeOf(name).matchAll(/^```ts\n(.*?)^```/gms)].map(([, program = '']) => program);
  return [name, programs] as const;
}).filter(([, programs]) => programs.length > 0);

/** Words that stand in a comment behind a console.log: what it prints. */
const printedBy = (program: string) =>
  [...program.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, words = '']) => words);

let reader: Reader;
beforeAll(async () => {
  reader = await openReader();
});
afterAll(() => reader.close());

test.each(PACKAGES)('the README of %s is named after it and shows a program or a command', (name) => {
  const readme = readmeOf(name);
  expect(readme).toMatch(new RegExp(`^# ${name}\\b`));
  expect(readme).toMatch(/^```[jt]s$|^ {4}npx viewgap /m);
});

describe.each(PROGRAMS)('the programs in the README of %s', (name, programs) => {
  test('run as they stand, and print what they say', async () => {
    for (const [i, program] of programs.entries()) {
      const file = `${name}-${i}.mts`;
      await reader.write(file, program);
      const { status, output } = reader.run([`npx tsx ${file}`]);
      expect(output).not.toBe('');
      for (const words of printedBy(program)) expect(output).toContain(words);
      expect(status, output).toBe(0);
    }
  });
});

test('the first commands of ingest and phantom write what their READMEs say', () => {
  const sample = `ln -s ${join(ROOT, 'pipelines')} pipelines`;
  const ingest = 'npx viewgap ingest --source nih --root pipelines/nih-sample --out out/ingest/nih --explain';
  const phantom = 'npx viewgap phantom --layout chexpert --images 40 --seed 1 --out out/phantoms/chexpert';
  expect(readmeOf('ingest')).toContain(`    ${ingest}\n`);
  expect(readmeOf('phantom')).toContain(`    ${phantom}\n`);
  expect(reader.run([sample, ingest, phantom])).toMatchObject({ status: 0 });
  expect(existsSync(join(reader.folder, 'out/ingest/nih/manifest.json'))).toBe(true);
  expect(existsSync(join(reader.folder, 'out/phantoms/chexpert/.synthetic.json'))).toBe(true);
});
