import type { Metrics } from '@viewgap/contracts';
import { typographic } from '../formats/html-table.ts';
import type { CatalogSummary } from '../inputs/catalog-summary.ts';
import type { ReportContent } from '../inputs/report-content.ts';
import { smallCells } from '../tables/data-tables.ts';
import { type Answer, answers, type GapVerdict, scopeSentences, type Verdict } from '../text/answer.ts';
import { confidence, count, counted, modelName, signed } from '../text/format.ts';
import { type Html, html } from '../text/html.ts';
import { ciOf, clusterNoun, estimateOf } from '../text/selection.ts';
import type { Estimate } from '../text/table.ts';
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
  unknown: 'better: cannot be said',
};

const GAP: Readonly<Record<GapVerdict, string>> = {
  narrower: 'gap narrower',
  smaller: 'gap smaller, not said to narrow',
  wider: 'gap wider',
  'not-shown': 'gap narrower: not shown',
  descriptive: 'gap not tested',
  unknown: 'gap narrower: cannot be said',
};

function cards(metrics: Metrics, { dataset, better, change, gap, narrowing }: Answer): Html {
  const card = (what: string, verdict: string, { value, ci }: Estimate) => html`<div class="card">${what}
<b>${value === null ? 'n/a' : typographic(signed(value))}</b>
${ci !== null && html`${confidence(metrics.settings.level)} CI ${typographic(ci.map((bound) => signed(bound)).join(' to '))}<br>`}<strong>${verdict}</strong></div>
`;
  const ofGap: Estimate = {
    value: narrowing?.change_of_gap ?? null,
    ci: ciOf(
      narrowing && { ci_low: narrowing.change_of_gap_ci_low, ci_high: narrowing.change_of_gap_ci_high },
    ),
  };
  return html`<div class="cards">${card(`Change of mAUROC, mean of AP and PA, ${dataset}`, `${modelName(metrics.settings.to)} ${BETTER[better]}`, estimateOf(change))}${card(`Change of the gap of mAUROC, ${dataset}`, GAP[gap], ofGap)}</div>`;
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
      : html`<strong>${small.length === cells ? `All ${cells}` : `${small.length} of the ${cells}`} tested cells (finding and view) have fewer than ${bound} positive or negative patients.</strong> Their intervals are made for few patients and are wide: nothing finer can be read from this sample.`
  }</p>
${parts.table('positives')}`;
}

/** Which images the numbers cover, and which they do not. */
function testedSentences(metrics: Metrics, catalog: CatalogSummary): string {
  const tested = metrics.datasets.map(({ dataset, split, images, clusters, excluded }) => {
    const part = split === 'test' ? `the test split of ${dataset}` : dataset;
    const left = excluded > 0 ? `, ${counted(excluded, 'image')} of neither view left out` : '';
    return `${part}, ${counted(images, 'image')} of ${counted(clusters, clusterNoun(metrics))}${left}`;
  });
  const validation = catalog.groups
    .filter(({ split }) => split === 'val')
    .reduce((sum, { images }) => sum + images, 0);
  return `Tested: ${tested.join('; ')}.${validation > 0 ? ` Validation (${counted(validation, 'image')}) is not tested.` : ''}`;
}
