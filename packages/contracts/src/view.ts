/** Projection of a chest radiograph; `unknown` images may train but are in no view's statistics. */
export const VIEWS = ['AP', 'PA', 'LATERAL', 'unknown'] as const;
export type View = (typeof VIEWS)[number];

/** The two views whose gap is measured. */
export const FRONTAL_VIEWS = ['AP', 'PA'] as const;
export type FrontalView = (typeof FRONTAL_VIEWS)[number];

/** Where a view is known from, strongest first. */
export const VIEW_SOURCES = [
  'dicom',
  'metadata',
  'text',
  'mapping',
  'documented',
  'predicted',
  'none',
] as const;
export type ViewSource = (typeof VIEW_SOURCES)[number];
