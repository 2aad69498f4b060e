import { figureName } from '../figures/result-figures.ts';
import type { ReportContent } from '../inputs/report-content.ts';
import { comparableSet, publishedRows } from '../tables/published-table.ts';
import { budgetSentence, scoredSentence } from '../tables/tuning-table.ts';
import { modelName } from '../text/format.ts';
import { type Html, html } from '../text/html.ts';
import { trainingLacks } from '../text/label-lacks.ts';
import { PUBLISHED_CAVEATS, PUBLISHED_CITATION, PUBLISHED_WORDS } from '../text/published.ts';
import type { PageParts } from './page-parts.ts';

export function resultsSection({ metrics, scored }: ReportContent, parts: PageParts): Html {
  return html`<p>Parentheses hold confidence intervals. Positive changes of AUROC favour ${modelName(metrics.settings.to)}.${scored && ` ${scoredSentence(scored)}`}</p>
${['primary', 'performance', 'gaps', 'changes', 'narrowing', 'gap-size', 'worst-view', 'pooled-changes', 'seeds'].map(parts.table)}`;
}

export function publishedSection({ metrics, catalog }: ReportContent, parts: PageParts): Html {
  if (publishedRows(metrics).length === 0) {
    return html`<p>${PUBLISHED_CITATION}</p>\n<p>None of its values is of a finding of this study.</p>`;
  }
  const compared = metrics.datasets.map(({ dataset }) => ({ dataset, ...comparableSet(dataset, catalog) }));
  const without = compared.flatMap(({ dataset, reason }) =>
    reason === null ? [] : [`for ${dataset}, because ${reason}`],
  );
  const held = compared.flatMap(({ dataset, set }) =>
    set === null
      ? []
      : [
          `${dataset} is held against the abstract\u2019s ${set === 'public' ? 'ChestX-Det test' : 'private set, which is another set of images'}.`,
        ],
  );
  return html`<p>${PUBLISHED_CITATION}</p>
${without.length > 0 && html`<p>No difference \u201cours \u2212 published\u201d is printed ${without.join('; ')}. The two stand side by side to show what was claimed, not to be subtracted.</p>`}
${held.length > 0 && html`<p>${held.join(' ')}</p>`}
${parts.table('published')}
<ul>${[...PUBLISHED_WORDS, ...PUBLISHED_CAVEATS].map((sentence) => html`<li>${sentence}</li>\n`)}</ul>`;
}

export function figuresSection({ metrics }: ReportContent, parts: PageParts): Html {
  return html`<div class="figures">${metrics.datasets.map(({ dataset }) => [parts.figure(figureName('auroc', dataset)), parts.figure(figureName('gap', dataset))])}</div>`;
}

export function lossSection({ catalog, tuned }: ReportContent, parts: PageParts): Html {
  const unlearnt = trainingLacks(catalog);
  return html`${unlearnt !== null && html`<p><strong>Not learnt, whatever the numbers: ${unlearnt}.</strong></p>\n`}<div class="wide">${parts.figure('loss')}</div>
${parts.table('training')}
<p>${budgetSentence(tuned)}</p>
${parts.table('tuning')}`;
}
