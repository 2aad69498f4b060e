import type { DefaultFinding } from '@viewgap/contracts';
import { deepPng, truncated } from '../files/image-file.ts';
import type { Layout, PhantomFile } from '../files/layout.ts';
import { digitsOf } from '../files/name.ts';
import { type Row, textTable } from '../files/text-table.ts';
import { drawFilm } from '../film/draw-film.ts';
import { filmSet } from '../film/film-set.ts';
import { type Film, isNormal } from '../film/patient.ts';

const HEADER = (
  ',ImageID,ImageDir,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,ViewPosition_DICOM,Projection,' +
  'MethodProjection,Pediatric,Modality_DICOM,Manufacturer_DICOM,PhotometricInterpretation_DICOM,' +
  'PixelRepresentation_DICOM,PixelAspectRatio_DICOM,SpatialResolution_DICOM,BitsStored_DICOM,WindowCenter_DICOM,' +
  'WindowWidth_DICOM,Rows_DICOM,Columns_DICOM,XRayTubeCurrent_DICOM,Exposure_DICOM,ExposureInuAs_DICOM,ExposureTime,' +
  'RelativeXRayExposure_DICOM,ReportID,Report,MethodLabel,Labels,Localizations,LabelsLocalizationsBySentence,' +
  'labelCUIS,LocalizationsCUIS'
).split(',');
const NAMES: Readonly<Record<DefaultFinding, string>> = {
  CSN: 'consolidation',
  PTX: 'pneumothorax',
  NDL: 'nodule',
  FIB: 'pulmonary fibrosis',
  PEF: 'pleural effusion',
};
const DICOM_VIEWS = { AP: 'ANTEROPOSTERIOR', PA: 'POSTEROANTERIOR', LATERAL: 'LATERAL' } as const;
const PROJECTIONS = { AP: 'AP', PA: 'PA', LATERAL: 'L' } as const;
/** Folders of the published archives. */
const FOLDERS = 3;

/** PadChest: PNG of 16 bits in numbered folders, and its table of 36 columns, packed. */
export const padChest: Layout = async function* ({ phantom }) {
  const set = filmSet(phantom);
  const rows: Row[] = [];
  const file = async (film: Film): Promise<PhantomFile> => ({
    path: `${folderOf(film)}/${nameOf(film)}`,
    bytes: await deepPng(drawFilm(film, phantom, false)),
  });
  const tell = (film: Film, changes: Readonly<Record<string, string>> = {}) =>
    rows.push(rowOf(film, rows.length, phantom.size, changes));
  for (const film of set.films) {
    yield await file(film);
    tell(film);
  }
  if (phantom.broken) {
    for (const [film, changes] of [
      [set.lateral, {}],
      [set.spare(0), { Projection: 'COSTAL' }],
      [set.spare(1), { Projection: 'EXCLUDE' }],
      // The table and the header contradict each other.
      [set.spare(2), { ViewPosition_DICOM: DICOM_VIEWS.AP }],
      // Labelled by a network, and not wholly.
      [set.spare(3), { MethodLabel: 'RNN_model', Labels: "['unchanged']" }],
    ] as const) {
      yield await file(film);
      tell(film, changes);
    }
    yield truncated(await file(set.spare(4)));
    tell(set.spare(4));
    yield await file(set.spare(5));
    tell(set.spare(6));
  }
  yield textTable('PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv.gz', HEADER, rows);
};

function studyOf(film: Film): string {
  return BigInt(`0x${digitsOf({ ...film, view: 'PA' }, 'study').slice(0, 31)}`).toString();
}

function nameOf(film: Film): string {
  return `${studyOf(film)}_${digitsOf(film, 'name').slice(0, 6)}.png`;
}

function folderOf({ patient }: Film): number {
  return patient.number % FOLDERS;
}

function rowOf(film: Film, at: number, size: number, changes: Readonly<Record<string, string>>): Row {
  const { patient, view, date, devices, largeHeart, lesions } = film;
  const names = [
    ...lesions.map(({ finding }) => NAMES[finding]),
    ...(devices ? ['central venous catheter'] : []),
    ...(largeHeart ? ['cardiomegaly'] : []),
    ...(isNormal(film) && !devices ? ['normal'] : []),
  ];
  const list = `[${names.map((name) => `'${name}'`).join(', ')}]`;
  const cells: Readonly<Record<string, string | number>> = {
    '': at,
    ImageID: nameOf(film),
    ImageDir: folderOf(film),
    StudyDate_DICOM: date,
    StudyID: studyOf(film),
    PatientID: `${9_000_000_000 + patient.number}`,
    PatientBirth: `${patient.birthYear}.0`,
    PatientSex_DICOM: patient.sex,
    ViewPosition_DICOM: DICOM_VIEWS[view],
    Projection: PROJECTIONS[view],
    MethodProjection: 'Manual review of DICOM fields',
    Pediatric: 'No',
    Modality_DICOM: 'CR',
    Manufacturer_DICOM: 'Phantom Imaging',
    PhotometricInterpretation_DICOM: 'MONOCHROME2',
    PixelRepresentation_DICOM: 0,
    BitsStored_DICOM: 16,
    Rows_DICOM: size,
    Columns_DICOM: size,
    ReportID: 4_700_000 + (patient.number % 1_000_000),
    Report: ' informe sintet .',
    MethodLabel: patient.number % 4 === 0 ? 'Physician' : 'RNN_model',
    Labels: list,
    Localizations: '[]',
    LabelsLocalizationsBySentence: `[${list}]`,
    labelCUIS: '[]',
    LocalizationsCUIS: '[]',
    ...changes,
  };
  return HEADER.map((name) => cells[name] ?? 'None');
}
