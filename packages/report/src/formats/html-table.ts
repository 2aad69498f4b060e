import { type Html, html } from '../text/html.ts';
import {
  columnGroups,
  type DataTable,
  type Footnote,
  footnotes,
  isNumeric,
  printCell,
  SYNTHETIC,
  type TableColumn,
} from '../text/table.ts';

/** A table as the page shows it: a real table with caption and scopes, in a box that scrolls where it is narrow. */
export function tableHtml(table: DataTable, synthetic: boolean): Html {
  const marks = footnotes(table);
  const id = `table-${table.name}`;
  return html`<div class="table" id="${id}">
<div class="scroll" role="region" aria-labelledby="${id}-caption" tabindex="0">
<table>
<caption id="${id}-caption"><span class="caption">${synthetic && html`<b class="stamp">${SYNTHETIC}</b> `}<b>${typographic(table.title)}.</b> ${typographic(table.about)}</span></caption>
<thead>${heads(table.columns)}</thead>
${bodies(table, marks)}
</table>
</div>
${marks.notes.length > 0 && html`<ul class="notes">${marks.notes.map(footnote)}</ul>`}
<p class="files">${['csv', 'md', 'tex'].map((kind) => html`<a href="tables/${table.name}.${kind}">${kind}</a> `)}</p>
</div>
`;
}

function footnote({ mark, text }: Footnote): Html {
  return html`<li${mark === null && html` class="whole"`}>${mark !== null && html`<sup>${mark}</sup>\u00a0`}${text}</li>\n`;
}

function heads(columns: readonly TableColumn[]): Html[] {
  const grouped = columns.some((column) => column.group !== undefined);
  const align = (column: TableColumn) => (isNumeric(column) ? 'num' : 'txt');
  if (!grouped) {
    return [
      html`<tr>${columns.map((column) => html`<th scope="col" class="${align(column)}">${typographic(column.head)}</th>`)}</tr>`,
    ];
  }
  const first = columnGroups(columns).map(({ group, from, width }) => {
    const column = columns[from] as TableColumn;
    return group === null
      ? html`<th scope="col" rowspan="2" class="${align(column)}">${typographic(column.head)}</th>`
      : html`<th scope="colgroup" colspan="${width}" class="group">${typographic(group)}</th>`;
  });
  const second = columns
    .filter((column) => column.group !== undefined)
    .map((column) => html`<th scope="col" class="${align(column)}">${typographic(column.head)}</th>`);
  return [html`<tr>${first}</tr>\n`, html`<tr>${second}</tr>`];
}

/** One tbody for each run of rows that share their first label. */
function bodies(table: DataTable, marks: ReturnType<typeof footnotes>): Html[] {
  const labels = table.columns.filter((column) => column.kind === 'label');
  /** how many rows from i on share the labels up to the given one; 0 where row i goes on with the row before */
  const span = (i: number, depth: number): number => {
    const same = (a: number, b: number) =>
      labels
        .slice(0, depth + 1)
        .every(({ key }) => table.rows[a]?.values[key] === table.rows[b]?.values[key]);
    if (depth === labels.length - 1) return 1;
    if (i > 0 && same(i - 1, i)) return 0;
    let end = i + 1;
    while (end < table.rows.length && same(i, end)) end++;
    return end - i;
  };
  const rows = table.rows.map((row, i) => {
    const cells = table.columns.map((column) => {
      const { main, interval, mark } = printCell(column, row, marks);
      const content = html`${typographic(main)}${interval !== null && html` <span class="ci">${typographic(interval)}</span>`}${mark !== '' && html`<sup>${mark}</sup>`}`;
      const depth = labels.indexOf(column);
      if (depth < 0) return html`<td class="${isNumeric(column) ? 'num' : 'txt'}">${content}</td>`;
      const height = span(i, depth);
      if (height === 0) return html``;
      const scope = height > 1 ? 'rowgroup' : 'row';
      return html`<th scope="${scope}" rowspan="${height}">${content}</th>`;
    });
    return html`<tr${row.strong === true && html` class="strong"`}>${cells}</tr>\n`;
  });
  if (labels.length < 2) return [html`<tbody>${rows}</tbody>`];
  return rows
    .map((_, i) => ({ i, height: span(i, 0) }))
    .filter(({ height }) => height > 0)
    .map(({ i, height }) => html`<tbody>${rows.slice(i, i + height)}</tbody>`);
}

/** Hyphens before digits and between spaces become minus signs. */
export function typographic(text: string): string {
  return text.replace(/(?<![\w.)-])-(?=\d)|(?<= )-(?= )/g, '\u2212');
}
