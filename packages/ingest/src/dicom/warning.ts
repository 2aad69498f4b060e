/** What a person should know of an image that is used. */
export const WARNINGS = {
  'no-end-marker': 'a JPEG without its end marker: all its rows are there',
  'for-processing':
    "DICOM made for processing: the detector's values, not a film that was meant to be looked at",
} as const;

export type Warning = keyof typeof WARNINGS;
