import type { PhantomConfig, SourceFacts } from '@viewgap/contracts';
import { PHANTOM_LAYOUTS } from '../src/layouts.ts';
import { MAPPING, phantomOf, sourceOf } from './testing.ts';

/** A data set to be drawn. */
export interface GoldenRequest {
  readonly source: SourceFacts;
  readonly phantom: PhantomConfig;
}

const YES_NO = { yes: 1, no: 0 } as const;
/** A table with every column that a mapping may have. */
const WHOLE_MAPPING = {
  ...MAPPING,
  patient: 'who',
  study: 'study',
  view: 'view',
  views: { front: 'PA', bed: 'AP', side: 'LATERAL' },
  age: 'age',
  sex: 'sex',
  noFinding: { columns: ['normal'], values: YES_NO },
  supportDevices: { columns: ['tubes'], values: YES_NO },
};

/** Every layout, and every setting that draws or writes something else. */
export function goldenRequests(): readonly (readonly [name: string, GoldenRequest])[] {
  const request = (
    adapter: SourceFacts['adapter'],
    { settings = {}, ...phantom }: { readonly settings?: object; readonly [key: string]: unknown } = {},
  ): GoldenRequest => {
    const { root: _, ...source } = sourceOf(adapter, '.', { ...settings });
    return { source, phantom: phantomOf({ images: 30, seed: 1, ...phantom }) };
  };
  const hospital = (changes: object, settings: object = {}) =>
    request('dicom-folder', { images: 3, hospital: changes, settings });
  const nih = (changes: object) => request('nih-chestxray14', { images: 4, broken: false, ...changes });
  const idMap = { table: 'names.csv', image: 'image', sameAs: 'nih', patient: 'patient' };
  return [
    ...PHANTOM_LAYOUTS.map((name) => [name, request(name)] as const),
    // Films whose report is not sure are rare, and readers differ on them alone.
    ['many films', request('vindr-cxr', { images: 200 })],
    ['another seed', nih({ seed: 2 })],
    ['other patients', nih({ firstPatient: 40 })],
    ['larger films', nih({ size: 160 })],
    ['views that differ in blur alone', nih({ views: 'alike', apBlur: 3, apContrast: 0.6 })],
    ['8 bits, low is white', hospital({ bits: 8, photometric: 'MONOCHROME1', viewIn: 'ViewCodeSequence' })],
    ['16 bits', hospital({ bits: 16, viewIn: 'SeriesDescription', modality: 'CR', suffix: '' })],
    ['no view', hospital({ missingViews: 1, vendor: 'Aurora' }, { joinBy: 'SOPInstanceUID' })],
    ['a table of paths', hospital({}, { joinBy: 'path', table: 'labels.csv.gz' })],
    ['every column', hospital({}, { mapping: WHOLE_MAPPING })],
    ['paths of images', request('png-folder', { settings: { mapping: { ...MAPPING, imageIs: 'path' } } })],
    ['an id map', request('chestx-det', { settings: { idMap } })],
  ];
}
