import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_STUDY, LAYOUT_NAMES, type LayoutName } from '@viewgap/contracts';
import { labelWords, type ViewWord, viewWords } from '@viewgap/ingest';
import type { Page } from './page.ts';
import { ROOT } from './root.ts';
import { withSections } from './sections.ts';

/** docs/reference/layouts: written by hand but for their tables of labels and views, which the adapters say. */
export function layoutPages(): Promise<Page[]> {
  return Promise.all(
    LAYOUT_NAMES.map(async (layout) => {
      const path = `docs/reference/layouts/${layout}.md`;
      const tables: Readonly<Record<string, string>> = {
        labels: labelsTable(layout),
        views: viewsTable(await viewWords(layout)),
      };
      const page = await readFile(join(ROOT, path), 'utf8');
      return { path, text: withSections(page, (name) => tables[name] ?? '') };
    }),
  );
}

/** Labels that mean a finding of the study, in a table; the others, of which there may be 180, in a line. */
function labelsTable(layout: LayoutName): string {
  const words = labelWords(layout);
  const meant = words.filter(({ findings }) => findings.length > 0);
  const others = words.filter(({ findings }) => findings.length === 0).map(({ label }) => `\`${label}\``);
  const rows = meant.map(({ label, findings }) => [
    `\`${label}\``,
    findings.map((finding) => `${finding} (${DEFAULT_STUDY[finding]?.title})`).join(', '),
  ]);
  return [
    table(['label', 'finding by default'], rows),
    ...(others.length === 0 ? [] : [`Known, and none of them: ${others.join(', ')}.`]),
  ].join('\n\n');
}

function viewsTable(words: readonly ViewWord[]): string {
  const rows = words.map(({ column, text, view, viewConflict, supine, unusable }) => [
    `\`${column}\``,
    text === '' ? '(empty)' : `\`${text}\``,
    view === 'LATERAL' ? 'lateral, left out' : view,
    [
      ...(viewConflict ? ['contradicts the column of the plane'] : []),
      ...(supine ? ['taken lying'] : []),
      ...(unusable === null ? [] : [`left out: ${unusable}`]),
    ].join(', '),
  ]);
  return table(['column', 'text', 'view', ''], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
