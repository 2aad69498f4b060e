import { counted } from '@viewgap/contracts';
import { groupBy, type Pair, type Pairing, type Quarantined } from './pairing.ts';

/**
 * Films whose headers and rows name different patients, set aside: the row, and with it the labels, may be another
 * patient's. Where headers and rows agree on fewer than half of the films they call patients by different systems of
 * ids, as where one of them was pseudonymised; then the table's ids are taken, as they are where an id map says so.
 */
export function withoutContradictoryPatients(pairing: Pairing): Pairing {
  const named = groupBy(pairing.pairs, ({ row }) => row.headerPatient);
  const [same, other] = [named.get('same') ?? [], (named.get('other') ?? []).filter(isOfRow)];
  if (other.length === 0 || other.length > same.length) return pairing;
  const aside = new Set(other);
  return {
    ...pairing,
    pairs: pairing.pairs.filter((pair) => !aside.has(pair)),
    quarantined: [
      ...pairing.quarantined,
      ...other.map(
        ({ file, row }): Quarantined => ({
          ref: file.path,
          reason: 'contradictory-patient',
          detail: `its row: ${row.ref}`,
        }),
      ),
    ],
  };
}

/** An id map is there to name other patients. */
function isOfRow({ row }: Pair): boolean {
  return row.isMapped !== true;
}

/** How many films were left out for it, as a line: a person may know better. */
export function contradictoryPatients(quarantined: readonly Pick<Quarantined, 'reason'>[]): string[] {
  const count = quarantined.filter(({ reason }) => reason === 'contradictory-patient').length;
  return count === 0
    ? []
    : [
        `${counted(count, 'film')} left out: header and row name different patients; see which with --explain, "patientIds": "as-given" takes the table's word`,
      ];
}
