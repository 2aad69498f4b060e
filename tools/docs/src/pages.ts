import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { artifactsReference } from './artifacts-reference.ts';
import { BENCHMARK_PAGES, benchmarkPage, readBenchmarks } from './benchmark-pages.ts';
import { commandReference } from './command-reference.ts';
import { layoutPages } from './layout-pages.ts';
import { metricsReference } from './metrics-reference.ts';
import type { Page } from './page.ts';
import { pipelineReference } from './pipeline-reference.ts';
import { ROOT } from './root.ts';

/** Every page that a script writes. */
export async function writtenPages(): Promise<Page[]> {
  return [...(await benchmarkPages()), ...(await referencePages())];
}

export async function referencePages(): Promise<Page[]> {
  return [
    { path: 'docs/reference/pipeline-json.md', text: pipelineReference() },
    { path: 'docs/reference/command-line.md', text: await commandReference() },
    { path: 'docs/reference/metrics-json.md', text: metricsReference() },
    { path: 'docs/reference/artifacts.md', text: artifactsReference() },
    ...(await layoutPages()),
  ];
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
