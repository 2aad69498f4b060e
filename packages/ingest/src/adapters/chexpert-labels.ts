import type { Finding, Label, Labels, LayoutConfig } from '@viewgap/contracts';
import { asBoolean, labelsFrom } from '../tables/labels.ts';

/**
 * The 14 observations of the CheXpert labeller (Irvin et al., AAAI 2019), as CheXpert and MIMIC-CXR-JPG have them:
 * 1 present, 0 absent, -1 uncertain, blank not mentioned. null: none of the study's findings. It has no fibrosis.
 */
export const CHEXPERT_LABELS: Readonly<Record<string, Finding | null>> = {
  Atelectasis: null,
  Cardiomegaly: null,
  Consolidation: 'CSN',
  Edema: null,
  'Enlarged Cardiomediastinum': null,
  Fracture: null,
  'Lung Lesion': 'NDL',
  'Lung Opacity': null,
  'No Finding': null,
  'Pleural Effusion': 'PEF',
  'Pleural Other': null,
  Pneumonia: null,
  Pneumothorax: 'PTX',
  'Support Devices': null,
};

/** Columns that a table of these labels must have, by our names. */
export const CHEXPERT_COLUMNS = {
  CSN: ['Consolidation'],
  NDL: ['Lung Lesion'],
  PEF: ['Pleural Effusion'],
  PTX: ['Pneumothorax'],
  noFinding: ['No Finding'],
  devices: ['Support Devices'],
} as const;

export type CheXpertPolicy = LayoutConfig<'chexpert'>['policy'];

type Cells = Readonly<Record<keyof typeof CHEXPERT_COLUMNS, string>>;

const VALUES: Readonly<Record<string, 'present' | 'absent' | 'uncertain' | 'blank'>> = {
  '1.0': 'present',
  '1': 'present',
  '0.0': 'absent',
  '0': 'absent',
  '-1.0': 'uncertain',
  '-1': 'uncertain',
  '': 'blank',
};

/** Whether every cell holds a value that the labeller writes. */
export function areCheXpertValues(cells: Cells): boolean {
  return Object.keys(CHEXPERT_COLUMNS).every((key) => Object.hasOwn(VALUES, cells[key as keyof Cells]));
}

/** What the cells say under a policy. Devices and No Finding have no policy: blank is "not mentioned", so not present. */
export function cheXpertLabels(
  cells: Cells,
  policy: CheXpertPolicy,
): { readonly labels: Labels; readonly noFinding: boolean | null; readonly supportDevices: boolean | null } {
  const labelOf = (text: string, { blank, uncertain }: CheXpertPolicy): Label => {
    const value = VALUES[text];
    if (value === 'present') return 1;
    if (value === 'absent') return 0;
    return value === 'blank' ? blank : uncertain;
  };
  const plain = { blank: 0, uncertain: null } as const;
  return {
    labels: labelsFrom((finding) => (finding === 'FIB' ? null : labelOf(cells[finding], policy))),
    noFinding: asBoolean(labelOf(cells.noFinding, plain)),
    supportDevices: asBoolean(labelOf(cells.devices, plain)),
  };
}

/** Name of a policy, for the provenance of labels: `report` by default, else what differs. */
export function policyName(base: string, { blank, uncertain }: CheXpertPolicy): string {
  const parts = [
    base,
    ...(blank === 0 ? [] : ['blank-null']),
    ...(uncertain === null ? [] : [`uncertain-${uncertain}`]),
  ];
  return parts.join(' ');
}
