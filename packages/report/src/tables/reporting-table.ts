import type { ReportContent } from '../inputs/report-content.ts';
import type { DataTable } from '../text/table.ts';
import { reportingFacts } from './reporting-facts.ts';
import type { ReportingGuideline } from './reporting-items.ts';

const FILLED = 'from this run';
const OPEN = 'open';

/** A guideline's items, each with what this run says to it. An item that it cannot answer is the authors' and stays open. */
export function reportingTable(
  { name, title, items }: ReportingGuideline,
  content: ReportContent,
): DataTable {
  const facts = reportingFacts(content);
  return {
    name,
    title,
    about: 'What this run says to each item; what is open is the authors\u2019 to write.',
    columns: [
      { key: 'item', head: 'Item', kind: 'label' },
      { key: 'topic', head: 'Topic', kind: 'text' },
      { key: 'state', head: 'State', kind: 'text' },
      { key: 'answer', head: 'Answer', kind: 'text' },
    ],
    rows: items.map(({ item, topic, answeredBy }) => {
      const answers = answeredBy.flatMap((fact) => facts[fact] ?? []);
      const state = answers.length > 0 ? FILLED : OPEN;
      return { values: { item, topic, state, answer: answers.length > 0 ? answers.join('; ') : undefined } };
    }),
  };
}

/** `29 of 44` */
export function filledOf({ rows }: DataTable): string {
  return `${rows.filter(({ values }) => values.state === FILLED).length} of ${rows.length}`;
}
