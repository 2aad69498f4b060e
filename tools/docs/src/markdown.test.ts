import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorsIn, callsIn, filesIn, linksIn, markdownFiles } from './markdown.ts';
import { ROOT } from './root.ts';

const FILES = markdownFiles();
const BY_PATH = new Map(FILES.map(({ path, text }) => [path, text]));

test('links, anchors, files and calls are found in a text', () => {
  const text = 'See [a](../b.md#run-it) and [c](https://c.org), not `[d](e)`.\n\n## Run it: `npm ci`, once\n';
  expect(linksIn(text)).toEqual(['../b.md#run-it']);
  expect(anchorsIn(text)).toEqual(['run-it-npm-ci-once']);
  expect(filesIn('`npx tsx tools/folds/folds.ts --seed 0`, ../shared/tools/x.ts')).toEqual([
    'tools/folds/folds.ts',
  ]);
  expect(callsIn('npx viewgap evaluate --from a \\\n  --to b\n`viewgap doctor`')).toEqual([
    { command: 'evaluate', flags: ['--from', '--to'] },
  ]);
});

/** The links of a page: where each leads, as a path and an anchor. */
function targetsOf({ path, text }: { readonly path: string; readonly text: string }) {
  return linksIn(text).map((link) => {
    const [file = '', anchor] = link.split('#');
    return { link, target: file === '' ? path : normalize(join(dirname(path), file)), anchor };
  });
}

test('every link leads to a file, and every anchor to a heading', () => {
  const broken = FILES.flatMap((file) =>
    targetsOf(file)
      .filter(({ target, anchor }) => {
        if (!existsSync(join(ROOT, target))) return true;
        const text = BY_PATH.get(target);
        return anchor !== undefined && text !== undefined && !anchorsIn(text).includes(anchor);
      })
      .map(({ link }) => `${file.path}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('every page of docs, every README and the changelog are found from docs/README.md', () => {
  const seen = new Set(['docs/README.md']);
  for (const path of seen) {
    const text = BY_PATH.get(path);
    if (text !== undefined) for (const { target } of targetsOf({ path, text })) seen.add(target);
  }
  expect(FILES.map(({ path }) => path).filter((path) => !seen.has(path))).toEqual([]);
});

test('every file of ours that a page names is there', () => {
  const gone = FILES.flatMap(({ path, text }) =>
    filesIn(text)
      .filter((file) => !existsSync(join(ROOT, file)))
      .map((file) => `${path}: ${file}`),
  );
  // What the reader of a how-to page writes is not there yet.
  expect(gone.filter((line) => !line.startsWith('docs/how-to/'))).toEqual([]);
});

test('every flag that a page gives a subcommand is one of its flags', () => {
  const help = new Map(
    [
      ...(BY_PATH.get('docs/reference/command-line.md') ?? '').matchAll(
        /^## viewgap ([a-z ]+)\n\n```\n(.*?)\n```/gms,
      ),
    ].map(([, command = '', text = '']) => [command, text]),
  );
  const calls = FILES.flatMap(({ path, text }) => callsIn(text).map((call) => ({ path, ...call })));
  expect(calls.length).toBeGreaterThan(30);
  const wrong = calls.flatMap(({ path, command, flags }) =>
    flags
      .filter((flag) => !new RegExp(`${flag}\\b(?!-)`).test(help.get(command) ?? ''))
      .map((flag) => `${path}: viewgap ${command} ${flag}`),
  );
  expect(wrong).toEqual([]);
});

describe('docs/decisions', () => {
  const pages = FILES.filter(({ path }) => /^docs\/decisions\/\d/.test(path));
  test('are numbered without a gap, and each says context, decision and consequences', () => {
    expect(pages.map(({ path }) => Number(path.slice('docs/decisions/'.length).split('-')[0]))).toEqual(
      pages.map((_, i) => i + 1),
    );
    for (const { path, text } of pages) {
      expect(text, path).toMatch(/^# \d+\. .+\n\n\d{4}-\d\d-\d\d\n\n## Context\n/);
      expect(anchorsIn(text).slice(1), path).toEqual(['context', 'decision', 'consequences']);
    }
  });

  test('stand in the index under their titles', () => {
    const index = BY_PATH.get('docs/decisions/README.md') ?? '';
    for (const { path, text } of pages) {
      const [, number, title, date] = text.match(/^# (\d+)\. (.+)\n\n(.+)\n/) ?? [];
      expect(index).toContain(
        `| [${number}](${path.slice('docs/decisions/'.length)}) | ${title} | ${date} |`,
      );
    }
  });
});
