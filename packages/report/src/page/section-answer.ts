import type { Metrics } from '@viewgap/contracts';
import { typographic } from '../formats/html-table.ts';
import type { CatalogSummary } from '../inputs/catalog-summary.ts';
import type { ReportContent } from '../inputs/report-content.ts';
import { smallCells } from '../tables/data-tables.ts';
import { type Answer, answers, scopeSentences, type Verdict } from '../text/answer.ts';
import { confidence, count, counted, modelName, signed } from '../text/format.ts';
import { type Html, html } from '../text/html.ts';
import { changeOf, matches, shownSeed } from '../text/selection.ts';
import type { PageParts } from './page-parts.ts';

/** The plain answer: one paragraph, then its two numbers. */
export function answerSection({ metrics }: ReportContent): Html {
  const all = answers(metrics);
  const sentences = [...all.flatMap(({ sentences }) => sentences), ...scopeSentences(metrics)];
  return html`<p class="answer">${typographic(sentences.join(' '))}</p>
${all.map((answer) => cards(metrics, answer))}`;
}

const BETTER: Readonly<Record<Verdict, string>> = {
  above: 'better',
  below: 'worse',
  'not-shown': 'better: not shown',
  unknown: 'cannot be said',
};

const NARROWER: Readonly<Record<Verdict, string>> = {
  above: 'wider',
  below: 'narrower',
  'not-shown': 'narrower: not shown',
  unknown: 'cannot be said',
};

function cards(metrics: Metrics, { dataset, better, gapSize }: Answer): Html {
  const { from, to } = metrics.settings;
  const change = changeOf(metrics, { dataset, finding: 'mean', of: 'auroc', view: 'all' });
  const size = shownSeed(metrics, metrics.abs_gap_changes).find((row) =>
    matches(row, { dataset, finding: 'mean', of: 'abs_of_mean', from, to }),
  );
  const card = (
    what: string,
    verdict: string,
    row: { delta: number | null; ci: readonly [number, number] | null } | undefined,
  ) => html`<div class="card">${what}
<b>${row?.delta == null ? 'n/a' : typographic(signed(row.delta))}</b>
${row?.ci != null && html`${confidence(metrics.settings.level)} CI ${typographic(row.ci.map((bound) => signed(bound)).join(' to '))}<br>`}<strong>${verdict}</strong></div>
`;
  return html`<div class="cards">${card(`Change of mAUROC, ${dataset}, all views`, `${modelName(to)} ${BETTER[better]}`, change)}${card(`Change of the size of the mean gap, ${dataset}`, `gap ${NARROWER[gapSize]}`, size)}</div>`;
}

/** What the data are and how small. */
export function sampleSection({ config, catalog, metrics }: ReportContent, parts: PageParts): Html {
  const { small, cells } = smallCells(catalog, metrics);
  const bound = metrics.settings.few_patients;
  const views = catalog.views.map(
    ({ view, images, patients }) => `${view} ${count(images)} of ${counted(patients, 'patient')}`,
  );
  return html`${config.sample !== '' && html`<p>${config.sample}</p>`}
<p>The catalog holds ${counted(catalog.images, 'image')} of ${counted(catalog.patients, 'patient')}: ${views.join(', ')}. ${testedSentences(metrics, catalog)}</p>
<p>${
    small.length === 0
      ? html`Each of the ${cells} tested cells (finding and view) has at least ${bound} positive and ${bound} negative patients.`
      : html`<strong>${small.length === cells ? `All ${cells}` : `${small.length} of the ${cells}`} tested cells (finding and view) have fewer than ${bound} positive or negative patients.</strong> Their standard errors are too small, the more so the fewer the patients, and the intervals are wide all the same: nothing finer can be read from this sample.`
  }</p>
${parts.table('positives')}`;
}

/** Which images the numbers cover, and which they do not. */
function testedSentences(metrics: Metrics, catalog: CatalogSummary): string {
  const tested = metrics.datasets.map(({ dataset, split, images, patients, excluded }) => {
    const part = split === 'test' ? `the test split of ${dataset}` : dataset;
    const left = excluded > 0 ? `, ${counted(excluded, 'image')} of neither view left out` : '';
    return `${part}, ${counted(images, 'image')} of ${counted(patients, 'patient')}${left}`;
  });
  const validation = catalog.groups
    .filter(({ split }) => split === 'val')
    .reduce((sum, { images }) => sum + images, 0);
  return `Tested: ${tested.join('; ')}.${validation > 0 ? ` Validation (${counted(validation, 'image')}) is not tested.` : ''}`;
}
