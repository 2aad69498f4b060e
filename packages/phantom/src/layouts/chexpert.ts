import { LABELLER_COLUMNS, labellerCells } from '../files/chexpert-row.ts';
import { blank, greyJpeg, truncated } from '../files/image-file.ts';
import type { Layout, PhantomFile } from '../files/layout.ts';
import { padded } from '../files/name.ts';
import { type Row, textTable } from '../files/text-table.ts';
import { type Drawing, drawFilm } from '../film/draw-film.ts';
import { filmSet } from '../film/film-set.ts';
import type { Film } from '../film/patient.ts';

const HEADER = ['Path', 'Sex', 'Age', 'Frontal/Lateral', 'AP/PA', ...LABELLER_COLUMNS];
const RELEASE = 'CheXpert-v1.0-small';

/** CheXpert: train.csv, valid.csv, and train/patient*\/study*\/view*_frontal.jpg. Every tenth patient is in valid. */
export const chexpert: Layout = async function* ({ phantom }) {
  const set = filmSet(phantom);
  const rows: Row[] = [];
  const file = async (film: Film, change = (drawing: Drawing) => drawing): Promise<PhantomFile> => ({
    path: pathOf(film),
    bytes: await greyJpeg(change(drawFilm(film, phantom, false))),
  });
  for (const film of set.films) {
    yield await file(film);
    rows.push(rowOf(film));
  }
  if (phantom.broken) {
    yield await file(set.lateral);
    rows.push(rowOf(set.lateral));
    yield truncated(await file(set.spare(0)));
    yield await file(set.spare(1), blank);
    yield await file(set.spare(2));
    for (const k of [0, 1, 3]) rows.push(rowOf(set.spare(k)));
    // Frontal, it says, and its projection is a lateral one: 17 rows of train.csv do.
    yield await file(set.spare(4));
    rows.push(rowOf(set.spare(4), 'LL'));
    rows.push(rowOf(set.spare(5)).map((cell, i) => (HEADER[i] === 'Consolidation' ? 'maybe' : cell)));
  }
  for (const part of ['train', 'valid']) {
    const own = rows.filter(([path]) => String(path).startsWith(`${RELEASE}/${part}/`));
    yield textTable(`${part}.csv`, HEADER, own);
  }
};

function pathOf({ patient, image, view }: Film): string {
  const part = patient.number % 10 === 9 ? 'valid' : 'train';
  const name = view === 'LATERAL' ? 'view2_lateral' : 'view1_frontal';
  return `${part}/patient${padded(patient.number + 1, 5)}/study${image + 1}/${name}.jpg`;
}

function rowOf(film: Film, projection: string = film.view): Row {
  const { patient, ageYears, view } = film;
  const lateral = view === 'LATERAL';
  return [
    `${RELEASE}/${pathOf(film)}`,
    patient.sex === 'F' ? 'Female' : 'Male',
    ageYears,
    lateral ? 'Lateral' : 'Frontal',
    lateral ? '' : projection,
    ...labellerCells(film).values(),
  ];
}
