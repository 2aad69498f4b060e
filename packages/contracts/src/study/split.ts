/** Part of the data that an image belongs to; `external` images are never trained on. */
export const SPLITS = ['train', 'val', 'test', 'external'] as const;
export type Split = (typeof SPLITS)[number];
