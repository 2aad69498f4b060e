import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LAYOUT_NAMES, pipelineJsonSchema, QUARANTINE_REASONS } from '@viewgap/contracts';
import { beforeAll, describe, expect, test } from 'vitest';
import { commandsIn } from './command-reference.ts';
import type { Page } from './page.ts';
import { referencePages } from './pages.ts';
import { ROOT } from './root.ts';

let pages: Page[];
beforeAll(async () => {
  pages = await referencePages();
});
const textOf = (name: string) => pages.find(({ path }) => path.endsWith(name))?.text ?? '';

describe('docs/reference', () => {
  test('is what the code says: else run `npm run docs`', async () => {
    for (const { path, text } of pages) expect(await readFile(join(ROOT, path), 'utf8'), path).toBe(text);
  });

  test('holds these pages and no other', async () => {
    const files = await readdir(join(ROOT, 'docs/reference'), { recursive: true });
    const found = files.filter((name) => name.endsWith('.md')).map((name) => `docs/reference/${name}`);
    const index = 'docs/reference/layouts/README.md';
    expect(found.sort()).toEqual([...pages.map(({ path }) => path), index].sort());
  });
});

test('pipeline.json: each section, each adapter, and keys three levels down', () => {
  const text = textOf('pipeline-json.md');
  const { properties = {} } = pipelineJsonSchema() as { properties?: object };
  for (const section of Object.keys(properties))
    if (section !== '$schema') expect(text).toContain(`\n## ${section}\n`);
  for (const adapter of ['nih-chestxray14', 'dicom-folder']) expect(text).toContain(`\n### ${adapter}\n`);
  expect(text).toContain('| `train.models.<name>.decoder.lambda` | number from 0 | `1` |');
});

test('the command line: a section for each subcommand', () => {
  const text = textOf('command-line.md');
  const commands = commandsIn(text.split('```')[1] ?? '');
  expect(commands).toEqual(expect.arrayContaining(['ingest', 'evaluate', 'pipeline']));
  for (const command of commands)
    expect(text).toContain(`## viewgap ${command}\n\n\`\`\`\nUsage: viewgap ${command}`);
});

test('metrics.json: each table, and what its numbers mean', () => {
  const text = textOf('metrics-json.md');
  for (const table of ['cells', 'gaps', 'changes', 'roc']) expect(text).toContain(`\n## ${table}\n`);
  expect(text).toContain('| `auprc` | number or null | average precision;');
});

test('artifacts: the columns of Arrow files, the catalog and the reasons of the quarantine', () => {
  const text = textOf('artifacts.md');
  expect(text).toContain(
    '| `label_set` | text |  | how the labels were made: report, physician, network, readers, expert |',
  );
  expect(text).toContain('create table overlap (');
  for (const reason of Object.keys(QUARANTINE_REASONS)) expect(text).toContain(`| \`${reason}\` |`);
});

test('layouts: a page each, with the labels and views that its adapter knows', () => {
  for (const layout of LAYOUT_NAMES) expect(textOf(`layouts/${layout}.md`)).toMatch(/^# /);
  const nih = textOf('layouts/nih-chestxray14.md');
  expect(nih).toContain('| `Mass` | NDL (nodule or mass) |');
  expect(nih).toContain('| `View Position` | `AP` | AP |  |');
  expect(textOf('layouts/padchest.md')).toContain(
    '| `hydropneumothorax` | PTX (pneumothorax), PEF (pleural effusion) |',
  );
  expect(textOf('layouts/chexpert.md')).toContain(
    '| `AP/PA` | `LL` | unknown | contradicts the column of the plane |',
  );
});
