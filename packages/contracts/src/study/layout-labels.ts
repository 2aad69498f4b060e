import { PADCHEST_LABELS } from './padchest-labels.ts';

/**
 * The 14 observations of the CheXpert labeller (Irvin et al., AAAI 2019), as CheXpert and MIMIC-CXR-JPG have them. It
 * has no fibrosis.
 */
const CHEXPERT_LABELS = [
  'Atelectasis',
  'Cardiomegaly',
  'Consolidation',
  'Edema',
  'Enlarged Cardiomediastinum',
  'Fracture',
  'Lung Lesion',
  'Lung Opacity',
  'No Finding',
  'Pleural Effusion',
  'Pleural Other',
  'Pneumonia',
  'Pneumothorax',
  'Support Devices',
] as const;

/**
 * The labels of each layout by its own names, which a finding of pipeline.json is made of. A layout whose table
 * pipeline.json itself maps has none: there the codes of the findings name the labels. google2019 is an overlay.
 */
export const LAYOUT_LABELS = {
  /** Wang, Peng, Lu, Lu, Bagheri, Summers: ChestX-ray8, CVPR 2017, in its later release of 14 labels. */
  'nih-chestxray14': [
    'Atelectasis',
    'Cardiomegaly',
    'Consolidation',
    'Edema',
    'Effusion',
    'Emphysema',
    'Fibrosis',
    'Hernia',
    'Infiltration',
    'Mass',
    'No Finding',
    'Nodule',
    'Pleural_Thickening',
    'Pneumonia',
    'Pneumothorax',
  ],
  chexpert: CHEXPERT_LABELS,
  'mimic-cxr-jpg': CHEXPERT_LABELS,
  padchest: PADCHEST_LABELS,
  /** Nguyen, Lam, Le, ...: VinDr-CXR, Scientific Data 2022: the local labels, those with a box, and `No finding`. */
  'vindr-cxr': [
    'Aortic enlargement',
    'Atelectasis',
    'Calcification',
    'Cardiomegaly',
    'Clavicle fracture',
    'Consolidation',
    'Edema',
    'Emphysema',
    'Enlarged PA',
    'ILD',
    'Infiltration',
    'Lung Opacity',
    'Lung cavity',
    'Lung cyst',
    'Mediastinal shift',
    'No finding',
    'Nodule/Mass',
    'Other lesion',
    'Pleural effusion',
    'Pleural thickening',
    'Pneumothorax',
    'Pulmonary fibrosis',
    'Rib fracture',
  ],
  'rsna-pneumonia': ['Lung Opacity', 'No Lung Opacity / Not Normal', 'Normal'],
  'siim-pneumothorax': ['Pneumothorax'],
  /** Lian, Liu, Zhang, ...: IEEE TMI 2021. */
  'chestx-det': [
    'Atelectasis',
    'Calcification',
    'Cardiomegaly',
    'Consolidation',
    'Diffuse Nodule',
    'Effusion',
    'Emphysema',
    'Fibrosis',
    'Fracture',
    'Mass',
    'Nodule',
    'Pleural Thickening',
    'Pneumothorax',
  ],
  /** Majkowska, Mittal, Steiner, ...: Radiology 2020: panels of radiologists on films of NIH. */
  google2019: ['Airspace opacity', 'Fracture', 'Nodule or mass', 'Pneumothorax'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** What a finding may name labels of. */
export type LabelledLayout = keyof typeof LAYOUT_LABELS;
