import type { DefaultFinding } from '@viewgap/contracts';
import { type Film, isNormal, stated } from '../film/patient.ts';

/** The 14 columns of the CheXpert labeller. It has none for fibrosis. */
export const LABELLER_COLUMNS = [
  'No Finding',
  'Enlarged Cardiomediastinum',
  'Cardiomegaly',
  'Lung Opacity',
  'Lung Lesion',
  'Edema',
  'Consolidation',
  'Pneumonia',
  'Atelectasis',
  'Pneumothorax',
  'Pleural Effusion',
  'Pleural Other',
  'Fracture',
  'Support Devices',
] as const;

const COLUMNS_OF: Partial<Readonly<Record<(typeof LABELLER_COLUMNS)[number], DefaultFinding>>> = {
  'Lung Lesion': 'NDL',
  Consolidation: 'CSN',
  Pneumothorax: 'PTX',
  'Pleural Effusion': 'PEF',
};

/** What the labeller makes of a film's report: 1.0, -1.0 where it is not sure, 0.0 where absence was written, else blank. */
export function labellerCells(film: Film): Map<string, string> {
  return new Map(LABELLER_COLUMNS.map((column) => [column, cellOf(film, column)]));
}

function cellOf(film: Film, column: (typeof LABELLER_COLUMNS)[number]): string {
  const finding = COLUMNS_OF[column];
  if (finding !== undefined) {
    const label = stated(film, finding);
    if (label === null) return '-1.0';
    // Reports say of some findings only that they are absent.
    const written = finding === 'PTX' ? film.patient.number % 2 === 0 : film.patient.number % 5 === 0;
    return label === 1 ? '1.0' : written ? '0.0' : '';
  }
  const marks: Partial<Record<typeof column, boolean>> = {
    'No Finding': isNormal(film),
    Cardiomegaly: film.largeHeart,
    'Lung Opacity': film.lesions.some(({ finding: one }) => one === 'CSN'),
    'Support Devices': film.devices,
  };
  return marks[column] ? '1.0' : '';
}
