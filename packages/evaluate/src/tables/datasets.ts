import { METRICS_TABLES } from '@viewgap/contracts/metrics';
import { joinNotes } from '../contrasts/notes.ts';
import { tableOf } from '../contrasts/table.ts';

export const table = tableOf(METRICS_TABLES.datasets, ({ contrasts, notes }) => {
  const { name, split, images, patients, otherViews, otherSplits } = contrasts.dataset;
  return [
    {
      dataset: name,
      split,
      images,
      clusters: patients,
      excluded: Object.values(otherViews).reduce((sum, count) => sum + count, 0),
      note: joinNotes([
        tallied('in no view', otherViews),
        tallied('left out by split', otherSplits),
        ...notes,
      ]),
    },
  ];
});

function tallied(what: string, counts: Readonly<Record<string, number>>): string | null {
  const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return parts.length === 0 ? null : `${what}: ${parts.join(', ')}`;
}
