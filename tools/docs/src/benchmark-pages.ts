import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Benchmark, benchmarkMarkdown } from './benchmark-table.ts';
import { withSections } from './sections.ts';

/** Pages of docs/benchmarks, each with the file of its figures. */
export const BENCHMARK_PAGES = [
  ['README.md', 'runs.json'],
  ['engine.md', 'engine.json'],
  ['ingest.md', 'ingest.json'],
  ['evaluate.md', 'evaluate.json'],
  ['learning.md', 'learning.json'],
] as const;

export type Benchmarks = Readonly<Record<string, Benchmark>>;

export async function readBenchmarks(folder: string, file: string): Promise<Benchmarks> {
  return JSON.parse(await readFile(join(folder, file), 'utf8'));
}

/** A page's text with its tables made from its figures. */
export function benchmarkPage(text: string, benchmarks: Benchmarks): string {
  return withSections(text, (name) => {
    const benchmark = benchmarks[name];
    if (benchmark === undefined) throw new Error(`no figures for the table "${name}"`);
    return benchmarkMarkdown(benchmark);
  });
}
