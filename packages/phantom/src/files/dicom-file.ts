import { createRequire } from 'node:module';
import type { PhantomConfig } from '@viewgap/contracts';
import type { Drawing } from '../film/draw-film.ts';
import type { Film } from '../film/patient.ts';
import { quantized, STAMP } from './image-file.ts';
import { padded, uidOf } from './name.ts';

/** The part of dcmjs that is used here; it carries no types. */
interface Dcmjs {
  readonly data: {
    readonly DicomDict: new (meta: unknown) => { dict: unknown; write(): ArrayBuffer };
    readonly DicomMetaDictionary: { denaturalizeDataset(dataset: DataSet): unknown };
  };
}

// Its build for `import` loads its dictionary twice as slowly as the one for `require`.
const { data } = createRequire(import.meta.url)('dcmjs') as Dcmjs;

/** Elements by the keyword of PS3.6. */
export type DataSet = Readonly<Record<string, unknown>>;

const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
const STORAGE = { DX: '1.2.840.10008.5.1.4.1.1.1.1', CR: '1.2.840.10008.5.1.4.1.1.1' } as const;
/** Codes of PS3.16 CID 4010. */
const VIEW_CODES = {
  AP: ['399348003', 'antero-posterior'],
  PA: ['272479007', 'postero-anterior'],
  LATERAL: ['399067008', 'lateral'],
} as const;
const POSITIONS = { AP: 'AP', PA: 'PA', LATERAL: 'LL' } as const;
const DESCRIPTIONS = { AP: 'CHEST AP PORTABLE', PA: 'CHEST PA', LATERAL: 'CHEST LATERAL' } as const;

export type Hospital = PhantomConfig['hospital'];

/** A film as a DICOM file, stamped as synthetic in its header. `more` adds elements or replaces those made here. */
export function dicomFile(film: Film, drawing: Drawing, hospital: Hospital, more: DataSet = {}): Uint8Array {
  const { modality } = hospital;
  const instance = uidOf(film, 'instance');
  const dataset = {
    ...patientModule(film),
    ...studyModule(film),
    ...equipmentModule(film, hospital),
    ...pixelModule(drawing, hospital),
    SOPClassUID: STORAGE[modality],
    SOPInstanceUID: instance,
    ...more,
    _vrMap: { PixelData: 'OW' },
  };
  const meta = {
    FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
    MediaStorageSOPClassUID: STORAGE[modality],
    MediaStorageSOPInstanceUID: instance,
    TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
    ImplementationClassUID: '2.25.329800735698586629295641978511506172918',
    ImplementationVersionName: 'VIEWGAP_PHANTOM',
  };
  const { DicomDict, DicomMetaDictionary } = data;
  const file = new DicomDict(DicomMetaDictionary.denaturalizeDataset(meta));
  file.dict = DicomMetaDictionary.denaturalizeDataset(dataset);
  return new Uint8Array(file.write());
}

/** The header's way to say a view, as the hospital says it; nothing where its films do not. */
export function viewElements(view: Film['view'], { viewIn }: Pick<Hospital, 'viewIn'>): DataSet {
  const [code, meaning] = VIEW_CODES[view];
  switch (viewIn) {
    case 'ViewPosition':
      return { ViewPosition: POSITIONS[view] };
    case 'ViewCodeSequence':
      return {
        ViewCodeSequence: [{ CodeValue: code, CodingSchemeDesignator: 'SCT', CodeMeaning: meaning }],
      };
    case 'SeriesDescription':
      return { SeriesDescription: DESCRIPTIONS[view] };
  }
}

function patientModule({ patient, ageYears }: Film): DataSet {
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    PatientName: `SYNTHETIC^PHANTOM ${patient.number}`,
    PatientID: patientIdOf(patient),
    PatientBirthDate: `${patient.birthYear}0615`,
    PatientSex: patient.sex,
    PatientAge: `${padded(ageYears, 3)}Y`,
  };
}

/** The number by which a hospital knows a patient. */
export function patientIdOf({ number }: Film['patient']): string {
  return `P${padded(number, 8)}`;
}

/** The number by which a hospital knows a study. */
export function accessionOf({ patient, image }: Film): string {
  return `A${padded(patient.number, 8)}${padded(image, 2)}`;
}

function studyModule(film: Film): DataSet {
  return {
    StudyInstanceUID: uidOf(film, 'study'),
    SeriesInstanceUID: uidOf(film, 'series'),
    StudyDate: film.date,
    StudyTime: '101500',
    AccessionNumber: accessionOf(film),
    StudyID: '1',
    SeriesNumber: '1',
    InstanceNumber: '1',
    BodyPartExamined: film.part,
  };
}

function equipmentModule({ view }: Film, { vendor, modality }: Hospital): DataSet {
  return {
    SyntheticData: 'YES',
    ImageComments: STAMP,
    ImageType: ['ORIGINAL', 'PRIMARY'],
    Manufacturer: vendor,
    ManufacturerModelName: `Phantom ${view === 'AP' ? 'Mobile' : 'Wall'}`,
    Modality: modality,
    BurnedInAnnotation: 'NO',
  };
}

/** Pixels fill nine tenths of the range, and the window says which. */
function pixelModule(drawing: Drawing, { bits, photometric }: Hospital): DataSet {
  const { width, height, pixels } = drawing;
  const most = 2 ** bits - 1;
  const [low, high] = bits === 8 ? [0, most] : [Math.round(0.05 * most), Math.round(0.95 * most)];
  const ends = photometric === 'MONOCHROME1' ? ([high, low] as const) : ([low, high] as const);
  const values =
    bits === 8 ? new Uint8Array(pixels.length + (pixels.length % 2)) : new Uint16Array(pixels.length);
  return {
    SamplesPerPixel: 1,
    PhotometricInterpretation: photometric,
    Rows: height,
    Columns: width,
    BitsAllocated: bits === 8 ? 8 : 16,
    BitsStored: bits,
    HighBit: bits - 1,
    PixelRepresentation: 0,
    ...(bits === 8
      ? {}
      : { WindowCenter: String((low + high + 1) / 2), WindowWidth: String(high - low + 1) }),
    PixelData: quantized(drawing, values, ...ends).buffer,
  };
}
