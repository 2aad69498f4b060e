import type { BenchResult, BenchRow, CaseResult } from '@viewgap/engine';
import { largest, smallest } from '@viewgap/stats';

/** Ops of a profile that are shown. */
const SHOWN_OPS = 12;

/** What all results of a bench have in common. */
export function benchHead({ engine, threads, seconds, rounds }: BenchResult): string {
  const tensorflow = engine.tensorflow === null ? 'no TensorFlow' : `TensorFlow ${engine.tensorflow}`;
  const turns = `medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${seconds} s`;
  return `${engine.engine}, ${tensorflow}, TensorFlow.js ${engine.tfjs}; ${threads} threads; ${turns}`;
}

/** The results of one case for a person to read: at most 100 columns wide, but for the reasons of those skipped. */
export function caseTable(result: CaseResult): string {
  const { model, size, batch, inference, rows } = result;
  const value = inference ? 'output' : `loss, step ${rows[0]?.values.length}`;
  const header = ['', '', 'images/s', 'by round', 'ms', 'steps', 'peak MiB', value];
  return [
    `${model}, ${size} px, batch ${batch}, ${inference ? 'inference' : 'training'}`,
    ...(rows.length > 0 ? aligned([header, ...rows.map(cells)]) : []),
    ...ratioLines(result),
    ...skippedLines(result),
    ...rows.flatMap(profileLines),
  ].join('\n');
}

function cells({ title, precision, steps, stepMs, peakBytes, values, ...rest }: BenchRow): string[] {
  const { imagesPerSecond, roundMs } = rest;
  const rates = roundMs.map((ms) => (imagesPerSecond * stepMs) / ms);
  return [
    title,
    precision,
    rateText(imagesPerSecond),
    `${rateText(smallest(rates))}-${rateText(largest(rates))}`,
    stepMs.toFixed(1),
    `${steps}`,
    (peakBytes / 2 ** 20).toFixed(0),
    (values.at(-1) ?? Number.NaN).toFixed(5),
  ];
}

function rateText(rate: number): string {
  return rate.toFixed(rate < 1000 ? 1 : 0);
}

/** A line for each two rows that are held against each other. */
function ratioLines({ rows, ratios }: CaseResult): string[] {
  if (ratios.length === 0) return [];
  const named = (name: string) => rows.find(({ contestant }) => contestant === name) as BenchRow;
  const lines = ratios.map(({ of, over, imagesPerSecond, peakBytes }) => [
    ...[named(of).title, named(of).precision],
    ...['over', named(over).title, named(over).precision],
    ...[imagesPerSecond, peakBytes].map((times) => `${times.toFixed(2)} x`),
  ]);
  return aligned([['', '', '', '', '', 'images/s', 'peak memory'], ...lines]);
}

/** Each reason once, below those that it kept out. */
function skippedLines({ skipped }: CaseResult): string[] {
  const reasons = new Set(skipped.map(({ why }) => why));
  return [...reasons].flatMap((reason) => {
    const names = skipped.flatMap(({ contestant, why }) => (why === reason ? [contestant] : []));
    return [`  skipped: ${names.join(', ')}`, `    ${reason}`];
  });
}

function profileLines({ contestant, ops = [] }: BenchRow): string[] {
  if (ops.length === 0) return [];
  const lines = ops.slice(0, SHOWN_OPS).map(({ op, count, ms }) => [op, count.toFixed(0), ms.toFixed(2)]);
  return [`  ops of ${contestant}, slowest first`, ...aligned([['', 'number', 'ms'], ...lines])];
}

/** Columns as wide as their widest cell: words to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => largest(rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number) =>
    rows.slice(1).every((row) => /^[\d.-]+( x)?$|^NaN$/.test(row[column] ?? ''));
  const pad = (cell: string, column: number) =>
    isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(pad).join('  ')}`.trimEnd());
}
