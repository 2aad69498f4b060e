/** Projection of a chest radiograph; `unknown` images may train but are in no view's statistics. */
export const VIEWS = ['AP', 'PA', 'LATERAL', 'unknown'] as const;
export type View = (typeof VIEWS)[number];

/** Where a view is known from, strongest first. */
export type ViewSource = 'dicom' | 'metadata' | 'text' | 'mapping' | 'documented' | 'predicted' | 'none';

/** Whether a view is one of the two whose gap is measured. */
export function isFrontal(view: string): view is 'AP' | 'PA' {
  return view === 'AP' || view === 'PA';
}
