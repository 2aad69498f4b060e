import type { DefaultFinding } from '@viewgap/contracts';
import { dicomFile } from '../files/dicom-file.ts';
import { filmFiles } from '../files/film-files.ts';
import type { Layout, PhantomFile } from '../files/layout.ts';
import { digitsOf } from '../files/name.ts';
import { type Row, textTable } from '../files/text-table.ts';
import { drawFilm, lesionBoxes } from '../film/draw-film.ts';
import { filmSet } from '../film/film-set.ts';
import { type Film, streamOf } from '../film/patient.ts';

const HEADER = ['image_id', 'rad_id', 'class_name', 'x_min', 'y_min', 'x_max', 'y_max'];
const CLASSES: Readonly<Record<DefaultFinding, string>> = {
  CSN: 'Consolidation',
  PTX: 'Pneumothorax',
  NDL: 'Nodule/Mass',
  FIB: 'Pulmonary fibrosis',
  PEF: 'Pleural effusion',
};
const READERS = 3;
/** A reader misses a faint finding so often. */
const MISSES = 0.5;

/** VinDr-CXR as PhysioNet has it: train/<image_id>.dicom, three readers a film in annotations/annotations_train.csv. */
export const vinDrCxr: Layout = async function* ({ phantom }) {
  const set = filmSet(phantom, 'PA');
  const rows: Row[] = [];
  const file = (film: Film): PhantomFile => ({
    path: `train/${nameOf(film)}.dicom`,
    bytes: dicomFile(film, drawFilm(film, phantom, false), phantom.hospital, ANONYMOUS),
  });
  const tell = (film: Film) => {
    for (const row of readings(film, phantom)) rows.push(row);
  };
  yield* filmFiles(set, { broken: phantom.broken, file, tell });
  yield textTable('annotations/annotations_train.csv', HEADER, rows);
};

/** It is published without names and numbers. */
const ANONYMOUS = { PatientID: '', PatientName: '', PatientBirthDate: '', AccessionNumber: '' };

function nameOf(film: Film): string {
  return digitsOf(film, 'name').slice(0, 32);
}

function readings(film: Film, exposure: Parameters<typeof lesionBoxes>[1]): Row[] {
  const { patient, image, lesions, uncertain } = film;
  const random = streamOf(patient.seed, patient.number, image, 'reader');
  const boxes = lesionBoxes(film, exposure, false);
  return Array.from({ length: READERS }, (_, reader) => {
    const id = `R${1 + ((patient.number + reader) % 17)}`;
    const seen = lesions.flatMap(({ finding }, i): Row[] => {
      if (finding === uncertain && random() < MISSES) return [];
      const [left = 0, top = 0, width = 0, height = 0] = boxes[i] ?? [];
      return [[nameOf(film), id, CLASSES[finding], left, top, left + width, top + height]];
    });
    return seen.length > 0 ? seen : [[nameOf(film), id, 'No finding', '', '', '', '']];
  }).flat();
}
