import { CLAIM, TRIPOD_AI } from '../tables/reporting-items.ts';
import { filledOf } from '../tables/reporting-table.ts';
import { type Html, html } from '../text/html.ts';
import type { DataTable } from '../text/table.ts';
import type { PageParts } from './page-parts.ts';

/** Both checklists, folded: the authors of a paper open them. */
export function reportingSection(tables: readonly DataTable[], parts: PageParts): Html {
  const folded = [CLAIM, TRIPOD_AI].flatMap(({ name, title, citation }) => {
    const table = tables.find((candidate) => candidate.name === name);
    if (table === undefined) return [];
    return html`<details><summary>${title}: ${filledOf(table)} items are filled from this run (${citation})</summary>
${parts.table(name)}</details>
`;
  });
  return html`<p>What a run cannot know, such as who annotated, who approved and who paid, stays open for the authors.</p>
${folded}`;
}
