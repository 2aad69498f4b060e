/**
 * The layouts that ingest reads, by the names that pipeline.json gives them. Each is a file of this name in
 * packages/ingest/src/adapters; its settings, where it has others than `depth`, are in source-config.ts.
 */
export const LAYOUT_NAMES = [
  'nih-chestxray14',
  'chexpert',
  'mimic-cxr-jpg',
  'padchest',
  'vindr-cxr',
  'rsna-pneumonia',
  'siim-pneumothorax',
  'chestx-det',
  'png-folder',
  'dicom-folder',
] as const;

export type LayoutName = (typeof LAYOUT_NAMES)[number];
