import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.ts';

/** A Markdown file of the repository. */
export interface Markdown {
  /** relative to the repository */
  readonly path: string;
  readonly text: string;
}

/** Written by programs, or by others. */
const SKIPPED = new Set(['node_modules', 'runs', 'out', 'fixtures']);

/** Every Markdown file of the repository, in the order of their paths. */
export function markdownFiles(folder = ''): Markdown[] {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  return entries
    .filter(({ name }) => !name.startsWith('.') && !SKIPPED.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return markdownFiles(path);
      return path.endsWith('.md') ? [{ path, text: readFileSync(join(ROOT, path), 'utf8') }] : [];
    });
}

/** Targets of links to files, such as `../README.md#run-it`. Code is left out. */
export function linksIn(text: string): string[] {
  const prose = text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

/** Anchors of a page's headings, as GitHub makes them. */
export function anchorsIn(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Files of ours that a text names: `tools/folds/folds.ts`. */
export function filesIn(text: string): string[] {
  return [
    ...text.matchAll(
      /(?<![\w./$~-])(?:packages|tools|bench|e2e|studies|pipelines|docs)\/[\w./-]+\.(?:ts|mjs|json|md|py|R|csv)\b/g,
    ),
  ].map(([file]) => file);
}

/** Calls of the command: `viewgap train --model model2` as its subcommand and flags. */
export function callsIn(text: string): { readonly command: string; readonly flags: string[] }[] {
  const joined = text.replaceAll(/\\\n\s*/g, '');
  return [...joined.matchAll(/viewgap (bench [a-z]+|[a-z]+)((?: [^\n`|]*)?)/g)]
    .map(([, command = '', rest = '']) => ({
      command,
      flags: [...rest.matchAll(/(?<= )--[a-z][a-z-]*/g)].map(([flag]) => flag),
    }))
    .filter(({ flags }) => flags.length > 0);
}
