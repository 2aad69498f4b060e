import { counted } from '@viewgap/contracts';
import { countBy } from './ingest-table.ts';
import type { Quarantined } from './pairing.ts';

/** Whether an input is a row of a table, by its `<table>:<line>`: no image has such a name. */
function isRow({ ref }: Pick<Quarantined, 'ref'>): boolean {
  return /:\d+$/.test(ref);
}

/** `3 files, 2 rows` */
export function filesAndRows(inputs: readonly Pick<Quarantined, 'ref'>[]): string {
  const rows = inputs.filter(isRow).length;
  const files = inputs.length - rows;
  return [...(files > 0 ? [counted(files, 'file')] : []), ...(rows > 0 ? [counted(rows, 'row')] : [])].join(
    ', ',
  );
}

/** `43 files: 34 no-label-row, 9 unreadable; 40 rows: 40 no-image` */
export function reasonsByKind(inputs: readonly Pick<Quarantined, 'ref' | 'reason'>[]): string {
  const kinds = [
    ['file', inputs.filter((one) => !isRow(one))],
    ['row', inputs.filter(isRow)],
  ] as const;
  return kinds
    .filter(([, those]) => those.length > 0)
    .map(([kind, those]) => {
      const reasons = Object.entries(countBy(those, ({ reason }) => reason)).sort(
        ([a, x], [b, y]) => y - x || (a < b ? -1 : 1),
      );
      return `${counted(those.length, kind)}: ${reasons.map(([reason, count]) => `${count} ${reason}`).join(', ')}`;
    })
    .join('; ');
}
