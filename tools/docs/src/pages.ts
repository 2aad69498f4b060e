import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BENCHMARK_PAGES, benchmarkPage, readBenchmarks } from './benchmark-pages.ts';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A page of docs/ that a script writes, in whole or in part. */
export interface Page {
  /** relative to the repository */
  readonly path: string;
  /** as it should be */
  readonly text: string;
}

/** Every page that a script writes. */
export async function writtenPages(): Promise<Page[]> {
  return benchmarkPages();
}

async function benchmarkPages(): Promise<Page[]> {
  const folder = 'docs/benchmarks';
  return Promise.all(
    BENCHMARK_PAGES.map(async ([page, figures]) => {
      const path = `${folder}/${page}`;
      const text = await readFile(join(ROOT, path), 'utf8');
      return { path, text: benchmarkPage(text, await readBenchmarks(join(ROOT, folder), figures)) };
    }),
  );
}
