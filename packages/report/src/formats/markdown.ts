import { onOneLine } from '../text/printable.ts';
import { type DataTable, flatHead, footnotes, isNumeric, printCell, SYNTHETIC } from '../text/table.ts';

/** A table as GitHub-flavoured Markdown, with its title, what it means and its footnotes. */
export function tableMarkdown(table: DataTable, synthetic: boolean): string {
  const marks = footnotes(table);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = table.rows.map((row) =>
    line(
      table.columns.map((column) => {
        const { main, interval, mark } = printCell(column, row, marks);
        const text = escapeMarkdown([main, interval].filter((part) => part !== null).join(' '));
        return mark === '' ? text : `${text} <sup>${mark}</sup>`;
      }),
    ),
  );
  const notes = marks.notes.map(
    ({ mark, text }) => (mark === null ? '' : `<sup>${mark}</sup> `) + escapeMarkdown(text),
  );
  return `${[
    `**${synthetic ? `${SYNTHETIC}. ` : ''}${escapeMarkdown(table.title)}.** ${escapeMarkdown(table.about)}`.trim(),
    [
      line(table.columns.map((column) => escapeMarkdown(flatHead(column)))),
      line(table.columns.map((column) => (isNumeric(column) ? '---:' : '---'))),
      ...rows,
    ].join('\n'),
    ...notes,
  ].join('\n\n')}\n`;
}

function escapeMarkdown(text: string): string {
  return onOneLine(text).replace(/[\\|*_~`[\]<]|&(?=#?\w+;)/g, (character) => `\\${character}`);
}
