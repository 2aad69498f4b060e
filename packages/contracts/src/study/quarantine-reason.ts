/** Why an input is not in the records. */
export const QUARANTINE_REASONS = {
  unreadable: 'the image cannot be decoded',
  truncated: 'the file ends before its image does',
  'over-size': 'the file has more bytes, or the image more pixels, than the bound',
  'too-small': 'an edge is shorter than `ingest.minEdge`: a thumbnail, not a film',
  constant: 'every pixel has the same value',
  lateral: 'a lateral view: the study is of frontal ones',
  'not-chest': 'not a radiograph of the chest',
  'several-frames': 'a file of several images',
  'burned-in': 'its header says that words are burnt into the pixels',
  excluded: 'the source itself excludes it',
  'no-label-row': 'an image without a row in the label table',
  'no-image': 'a row of the label table without an image',
  'bad-row': 'a row of the label table that cannot be read',
  'duplicate-row': 'a second row for the same image that says the same',
  'contradictory-row': 'an image and its rows, which contradict each other',
  'contradictory-patient': 'an image whose header and row name different patients',
  'duplicate-file': 'a second file with the same image name',
  'ambiguous-file': 'files of one name that differ, and the rows of that name',
  'duplicate-image': 'the same file or pixels as another image',
  overlap: 'the patient is in a training and in an external set, and stays in the other one',
} as const;

export type QuarantineReason = keyof typeof QUARANTINE_REASONS;
