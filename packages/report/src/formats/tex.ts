import { onOneLine } from '../text/printable.ts';
import {
  columnGroups,
  type DataTable,
  footnotes,
  isNumeric,
  printCell,
  SYNTHETIC,
  type TableColumn,
} from '../text/table.ts';

/** A table as LaTeX: needs \usepackage{booktabs}. Equal neighbours among the row's labels are printed once. */
export function tableTex(table: DataTable, synthetic: boolean): string {
  const marks = footnotes(table);
  const labels = table.columns.filter((column) => column.kind === 'label');
  const rows = table.rows.flatMap((row, i) => {
    const before = table.rows[i - 1];
    const firstNew = labels.findIndex((column) => row.values[column.key] !== before?.values[column.key]);
    const cells = table.columns.map((column, c) => {
      if (before !== undefined && column.kind === 'label' && c < firstNew) return '';
      const { main, interval, mark } = printCell(column, row, marks);
      const text = escapeTex([main, interval].filter((part) => part !== null).join(' '));
      return mark === '' ? text : `${text}\\textsuperscript{${mark}}`;
    });
    const line = `${cells.join(' & ')} \\\\`;
    return before !== undefined && firstNew === 0 && labels.length > 1 ? ['\\addlinespace', line] : [line];
  });
  const about = `${synthetic ? `${SYNTHETIC}. ` : ''}${table.title}. ${table.about}`.trim();
  return `${[
    '% needs \\usepackage{booktabs}',
    '\\begin{table}',
    '\\centering',
    `\\caption{${escapeTex(about)}}`,
    `\\label{tab:${table.name}}`,
    `\\begin{tabular}{${table.columns.map((column) => (isNumeric(column) ? 'r' : 'l')).join('')}}`,
    '\\toprule',
    ...heads(table.columns),
    '\\midrule',
    ...rows,
    '\\bottomrule',
    '\\end{tabular}',
    ...marks.notes.map(
      ({ mark, text }) =>
        `\\par\\footnotesize ${mark === null ? '' : `\\textsuperscript{${mark}} `}${escapeTex(text)}`,
    ),
    '\\end{table}',
  ].join('\n')}\n`;
}

/** One line of headings, or two where columns stand in groups. */
function heads(columns: readonly TableColumn[]): string[] {
  const last = `${columns.map((column) => escapeTex(column.head)).join(' & ')} \\\\`;
  if (columns.every((column) => column.group === undefined)) return [last];
  const spans = columnGroups(columns);
  const first = spans
    .map(({ group, width }) => (group === null ? '' : `\\multicolumn{${width}}{c}{${escapeTex(group)}}`))
    .join(' & ');
  const rules = spans
    .filter(({ group }) => group !== null)
    .map(({ from, width }) => `\\cmidrule(lr){${from + 1}-${from + width}}`)
    .join(' ');
  return [`${first} \\\\`, rules, last];
}

const TEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
};

/**
 * Text for LaTeX; a minus before a digit or between spaces is set as one. A row that began with a bracket or a star
 * would be an option of the command that ends the row before it.
 */
export function escapeTex(text: string): string {
  return onOneLine(text)
    .replace(/[\\~^<>|&%$#_{}]/g, (character) => TEX[character] ?? `\\${character}`)
    .replace(/(?<![\w.)-])-(?=\d)|(?<= )-(?= )/g, '$-$')
    .replace(/^[[*]/, '{$&}');
}
