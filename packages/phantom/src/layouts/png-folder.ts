import type { LayoutConfig } from '@viewgap/contracts';
import { accessionOf, patientIdOf } from '../files/dicom-file.ts';
import { filmFiles } from '../files/film-files.ts';
import { greyPng } from '../files/image-file.ts';
import type { Layout, PhantomFile } from '../files/layout.ts';
import { type FilmNames, mappedTable } from '../files/mapped-table.ts';
import { drawFilm } from '../film/draw-film.ts';
import { filmSet } from '../film/film-set.ts';
import type { Film } from '../film/patient.ts';

type Source = LayoutConfig<'png-folder'>;

/** PNG files in images/, and the table that the source's mapping describes. */
export const pngFolder: Layout<Source> = async function* ({ source, phantom }) {
  const set = filmSet(phantom);
  const told: Film[] = [];
  const tell = (film: Film) => told.push(film);
  const file = async (film: Film): Promise<PhantomFile> => ({
    path: pathOf(film),
    bytes: await greyPng(drawFilm(film, phantom, false)),
  });
  yield* filmFiles(set, { broken: phantom.broken, file, tell });
  const rows = told.map((film) => [film, namesOf(film, source.mapping.imageIs)] as const);
  yield mappedTable(source.table, source.mapping, rows);
};

function pathOf(film: Film): string {
  return `images/${accessionOf(film)}.png`;
}

function namesOf(film: Film, imageIs: Source['mapping']['imageIs']): FilmNames {
  const study = accessionOf(film);
  const image = { path: pathOf(film), name: `${study}.png`, stem: study }[imageIs];
  return { image, patient: patientIdOf(film.patient), study };
}
