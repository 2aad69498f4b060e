import { dicomFile, viewElements } from '../files/dicom-file.ts';
import { filmFiles } from '../files/film-files.ts';
import type { Layout, PhantomFile } from '../files/layout.ts';
import { groupedDigits } from '../files/name.ts';
import { type Row, textTable } from '../files/text-table.ts';
import { drawFilm, lesionBoxes } from '../film/draw-film.ts';
import { filmSet } from '../film/film-set.ts';
import { type Film, isNormal } from '../film/patient.ts';

/** RSNA Pneumonia, stage 2: stage_2_train_images/<uuid>.dcm, a row for each box of an opacity, and a class for each film. */
export const rsnaPneumonia: Layout = async function* ({ phantom }) {
  const set = filmSet(phantom);
  const labels: Row[] = [];
  const classes: Row[] = [];
  const file = (film: Film): PhantomFile => ({
    path: `stage_2_train_images/${nameOf(film)}.dcm`,
    bytes: dicomFile(film, drawFilm(film, phantom, true), phantom.hospital, {
      ...viewElements(film.view, { viewIn: 'ViewPosition' }),
      PatientID: nameOf(film),
      PatientName: nameOf(film),
      PatientBirthDate: '',
      AccessionNumber: '',
    }),
  });
  const tell = (film: Film) => {
    const boxes = lesionBoxes(film, phantom, true).filter((_, i) => film.lesions[i]?.finding === 'CSN');
    const rows = boxes.length > 0 ? boxes.map((box) => [...box, 1]) : [['', '', '', '', 0]];
    for (const row of rows) {
      labels.push([nameOf(film), ...row]);
      classes.push([nameOf(film), boxes.length > 0 ? 'Lung Opacity' : isNormal(film) ? 'Normal' : OTHER]);
    }
  };
  yield* filmFiles(set, { broken: phantom.broken, file, tell });
  if (phantom.broken) labels.push([nameOf(set.spare(3)), '', '', '', '', 'yes']);
  yield textTable('stage_2_train_labels.csv', ['patientId', 'x', 'y', 'width', 'height', 'Target'], labels);
  yield textTable('stage_2_detailed_class_info.csv', ['patientId', 'class'], classes);
};

const OTHER = 'No Lung Opacity / Not Normal';

function nameOf(film: Film): string {
  return groupedDigits(film, [8, 4, 4, 4, 12]);
}
