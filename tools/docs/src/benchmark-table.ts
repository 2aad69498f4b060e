/** A figure, several of one kind, an interval, or an estimate with its interval; null: not measured. */
type Figure = number | null;
interface Interval {
  readonly value?: number;
  readonly low: number;
  readonly high: number;
  readonly note?: string;
}
export type Cell = Figure | string | readonly Figure[] | Interval;

interface Column {
  readonly key: string;
  readonly title: string;
  /** absent: as many as a figure has */
  readonly decimals?: number;
  /** `+0.02` instead of `0.02` */
  readonly signed?: boolean;
  readonly bold?: boolean;
  /** `1,600,000` instead of `1600000` */
  readonly thousands?: boolean;
}

/** A table of docs/benchmarks/*.json. */
export interface Benchmark {
  readonly date: string;
  readonly machine: string;
  /** where one command measures the whole table */
  readonly command?: readonly string[];
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

/** A benchmark in Markdown: its date and machine, its table, its commands. */
export function benchmarkMarkdown({ date, machine, command = [], columns, rows }: Benchmark): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [
    line(columns.map(({ title }) => title)),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => cellText(row[column.key] ?? null, column)))),
  ];
  const parts = [`${date}, ${machine}.`, table.join('\n')];
  if (command.length > 0) parts.push(command.map((one) => `    ${one}`).join('\n'));
  return parts.join('\n\n');
}

function cellText(cell: Cell, column: Column): string {
  if (typeof cell === 'string') return cell;
  if (cell === null) return '';
  const text = figuresText(cell, (figure) => figureText(figure, column));
  return column.bold ? `**${text}**` : text;
}

function figuresText(cell: Exclude<Cell, string | null>, text: (figure: Figure) => string): string {
  if (typeof cell === 'number') return text(cell);
  if (!('low' in cell)) return cell.map(text).join(', ');
  const interval = `${text(cell.low)} to ${text(cell.high)}`;
  if (cell.value === undefined) return interval;
  return `${text(cell.value)} (${interval}${cell.note === undefined ? '' : `; ${cell.note}`})`;
}

function figureText(figure: Figure, { decimals, signed = false, thousands = false }: Column): string {
  if (figure === null) return '-';
  if (decimals === undefined) return String(figure);
  return new Intl.NumberFormat('en', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    signDisplay: signed ? 'always' : 'auto',
    useGrouping: thousands,
  }).format(figure);
}
