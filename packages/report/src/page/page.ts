import { type Figure, fullTitle } from '../figures/figure.ts';
import { tableHtml } from '../formats/html-table.ts';
import { contentIsSynthetic, type ReportContent } from '../inputs/report-content.ts';
import { type Html, html, markup } from '../text/html.ts';
import { type DataTable, SYNTHETIC } from '../text/table.ts';
import type { PageParts } from './page-parts.ts';
import { answerSection, sampleSection } from './section-answer.ts';
import { checksSection, dataSection, methodsSection, provenanceSection } from './section-data.ts';
import { filmsSection } from './section-films.ts';
import { reportingSection } from './section-reporting.ts';
import { figuresSection, lossSection, publishedSection, resultsSection } from './section-results.ts';
import { STYLE } from './style.ts';

export interface DrawnFigure {
  readonly figure: Figure;
  readonly svg: string;
}

/** The whole page: one file, no script, nothing to load. */
export function page(
  content: ReportContent,
  tables: readonly DataTable[],
  figures: readonly DrawnFigure[],
): string {
  const synthetic = contentIsSynthetic(content);
  const parts: PageParts = {
    table: (name) => {
      const table = tables.find((candidate) => candidate.name === name);
      return table === undefined ? null : tableHtml(withoutLoneLabel(table), synthetic);
    },
    figure: (name) => {
      const drawn = figures.find(({ figure }) => figure.name === name);
      return drawn === undefined ? null : figureHtml(drawn, synthetic);
    },
  };
  const sections = [
    { id: 'sample', title: 'The sample', body: sampleSection(content, parts) },
    { id: 'results', title: 'Both models, by view', body: resultsSection(content, parts) },
    { id: 'published', title: 'Beside the published values', body: publishedSection(content, parts) },
    { id: 'figures', title: 'Figures', body: figuresSection(content, parts) },
    { id: 'films', title: 'What the models look at', body: filmsSection(content) },
    { id: 'training', title: 'Training', body: lossSection(content, parts) },
    { id: 'data', title: 'Data', body: dataSection(content, parts) },
    { id: 'checks', title: 'Checks', body: checksSection(content, parts) },
    { id: 'methods', title: 'Methods in short', body: methodsSection(content) },
    { id: 'reporting', title: 'Reporting guidelines', body: reportingSection(tables, parts) },
    { id: 'provenance', title: 'Provenance', body: provenanceSection(content) },
  ];
  const { title } = content.config;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${synthetic && `${SYNTHETIC}: `}${title}</title>
<style>${markup(STYLE)}</style>
</head>
<body>
${synthetic && html`<p class="banner">${SYNTHETIC} DATA: no number on this page says anything about radiographs</p>`}
<header>
<p class="kicker">viewgap report, pipeline ${content.pipelineName}</p>
<h1>${title}</h1>
${answerSection(content)}
<nav aria-label="Sections">${sections.map(({ id, title: name }) => html`<a href="#${id}">${name}</a> `)}</nav>
</header>
<main>
${sections.map(({ id, title: name, body }) => html`<section id="${id}"><h2>${name}</h2>\n${body}</section>\n`)}
</main>
<footer><p>Written by viewgap. Every number in the tables is taken from metrics.json or counted in the catalog; the csv files hold all digits.</p></footer>
</body>
</html>
`.text;
}

function figureHtml({ figure, svg }: DrawnFigure, synthetic: boolean): Html {
  return html`<figure id="figure-${figure.name}">
<div class="scroll" role="region" aria-label="${fullTitle(figure)}" tabindex="0">${markup(svg)}</div>
<figcaption>${synthetic && html`<b class="stamp">${SYNTHETIC}</b> `}${figure.about} <a href="figures/${figure.name}.svg">svg</a></figcaption>
</figure>
`;
}

/** A data set or source that is the same in every row says so once, in the title. */
function withoutLoneLabel(table: DataTable): DataTable {
  const [first, ...others] = table.columns;
  if (first === undefined || !['dataset', 'source'].includes(first.key) || others[0]?.kind !== 'label') {
    return table;
  }
  const values = [...new Set(table.rows.map((row) => row.values[first.key]))];
  if (values.length !== 1 || typeof values[0] !== 'string') return table;
  return { ...table, title: `${table.title}, ${values[0]}`, columns: others };
}
