import type { BenchResult, BenchRow, CaseResult } from '@viewgap/engine';

/** Ops of a profile that are shown. */
const SHOWN_OPS = 12;

/** What all results of a bench have in common. */
export function benchHead({ engine, threads, steps, rounds }: BenchResult): string {
  const tensorflow = engine.tensorflow === null ? 'no TensorFlow' : `TensorFlow ${engine.tensorflow}`;
  return `${engine.engine}, ${tensorflow}, TensorFlow.js ${engine.tfjs}; ${threads} threads; medians of ${rounds} rounds of ${steps} steps`;
}

/** The results of one case for a person to read. */
export function caseTable(result: CaseResult): string {
  const { model, size, batch, inference, rows, skipped } = result;
  const columns = ['images/s', 'in rounds', 'ms', 'peak MiB', inference ? 'output' : 'loss'];
  const lines = [['', '', ...columns], ...rows.map(cells)];
  return [
    `${model}, ${size} px, batch ${batch}, ${inference ? 'inference' : 'training'}`,
    ...aligned(lines),
    ...ratioLines(result),
    ...skipped.map(({ contestant, why }) => `  skipped ${contestant}: ${why}`),
    ...rows.flatMap(profileLines),
  ].join('\n');
}

function cells({
  title,
  precision,
  imagesPerSecond,
  stepMs,
  roundMs,
  peakBytes,
  values,
}: BenchRow): string[] {
  const rates = roundMs.map((ms) => (imagesPerSecond * stepMs) / ms);
  return [
    title,
    precision,
    imagesPerSecond.toFixed(1),
    `${Math.min(...rates).toFixed(1)}-${Math.max(...rates).toFixed(1)}`,
    stepMs.toFixed(1),
    (peakBytes / 2 ** 20).toFixed(0),
    (values.at(-1) ?? Number.NaN).toFixed(5),
  ];
}

function ratioLines({ ratios }: CaseResult): string[] {
  return ratios.map(
    ({ quantity, of, over, value }) => `  ${of} over ${over}: ${value.toFixed(2)} times the ${quantity}`,
  );
}

function profileLines({ contestant, ops = [] }: BenchRow): string[] {
  if (ops.length === 0) return [];
  const lines = ops.slice(0, SHOWN_OPS).map(({ op, count, ms }) => [op, count.toFixed(0), ms.toFixed(2)]);
  return [`  ops of ${contestant}, slowest first`, ...aligned([['', 'number', 'ms'], ...lines])];
}

/** Columns as wide as their widest cell: words to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number) =>
    rows.slice(1).every((row) => /^[\d.-]+$|^NaN$/.test(row[column] ?? ''));
  const pad = (cell: string, column: number) =>
    isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(pad).join('  ')}`.trimEnd());
}
