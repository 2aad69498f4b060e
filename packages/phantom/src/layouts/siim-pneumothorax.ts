import { dicomFile, viewElements } from '../files/dicom-file.ts';
import { filmFiles } from '../files/film-files.ts';
import type { Layout, PhantomFile } from '../files/layout.ts';
import { uidOf } from '../files/name.ts';
import { type Row, textTable } from '../files/text-table.ts';
import { type Box, drawFilm, lesionBoxes } from '../film/draw-film.ts';
import { filmSet } from '../film/film-set.ts';
import type { Film } from '../film/patient.ts';

/** SIIM-ACR Pneumothorax: dicom-images-train/<study>/<series>/<instance>.dcm, masks as run lengths in train-rle.csv. */
export const siimPneumothorax: Layout = async function* ({ phantom }) {
  const set = filmSet(phantom);
  const rows: Row[] = [];
  const file = (film: Film): PhantomFile => ({
    path: `dicom-images-train/${uidOf(film, 'study')}/${uidOf(film, 'series')}/${uidOf(film, 'instance')}.dcm`,
    bytes: dicomFile(film, drawFilm(film, phantom, true), phantom.hospital, {
      ...viewElements(film.view, { viewIn: 'ViewPosition' }),
      PatientBirthDate: '',
      AccessionNumber: '',
    }),
  });
  const tell = (film: Film) => {
    const at = film.lesions.findIndex(({ finding }) => finding === 'PTX');
    const box = lesionBoxes(film, phantom, true)[at];
    rows.push([uidOf(film, 'instance'), box === undefined ? '-1' : runLengths(box, phantom.size)]);
  };
  yield* filmFiles(set, { broken: phantom.broken, file, tell });
  yield textTable('train-rle.csv', ['ImageId', ' EncodedPixels'], rows);
};

/** A box as its mask: column by column, how many pixels to skip and how many to mark. */
function runLengths([left, top, width, height]: Box, edge: number): string {
  const runs = [left * edge + top, height];
  for (let column = 1; column < width; column++) runs.push(edge - height, height);
  return runs.join(' ');
}
