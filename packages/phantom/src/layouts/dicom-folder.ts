import type { LayoutConfig } from '@viewgap/contracts';
import { accessionOf, type DataSet, dicomFile, patientIdOf, viewElements } from '../files/dicom-file.ts';
import { blank, truncated } from '../files/image-file.ts';
import type { Layout, PhantomFile } from '../files/layout.ts';
import { type FilmNames, mappedTable } from '../files/mapped-table.ts';
import { padded, uidOf } from '../files/name.ts';
import { type Drawing, drawFilm } from '../film/draw-film.ts';
import { filmSet } from '../film/film-set.ts';
import { type Film, streamOf } from '../film/patient.ts';

type Source = LayoutConfig<'dicom-folder'>;

/** A hospital's export: a folder for each study, numbered files in it, and the table that the source's mapping describes. */
export const dicomFolder: Layout<Source> = async function* ({ source, phantom }) {
  const { hospital } = phantom;
  const set = filmSet(phantom);
  const rows: (readonly [Film, FilmNames])[] = [];
  const pathOf = (film: Film, number = film.view === 'LATERAL' ? 2 : 1) =>
    `${film.date.slice(0, 4)}/${accessionOf(film)}/IM${padded(number, 4)}${hospital.suffix}`;
  const file = (film: Film, more: DataSet = {}, change = (drawing: Drawing) => drawing): PhantomFile => ({
    path: pathOf(film),
    bytes: dicomFile(film, change(drawFilm(film, phantom, false)), hospital, {
      ...(saysView(film, hospital.missingViews) ? viewElements(film.view, hospital) : {}),
      ...more,
    }),
  });
  const tell = (film: Film) => rows.push([film, namesOf(film, pathOf(film), source.joinBy)]);
  for (const film of set.films) {
    yield file(film);
    tell(film);
  }
  if (phantom.broken) {
    // A row of its study stands for the lateral film, too, where studies are what the table names.
    yield file(set.lateral, viewElements('LATERAL', hospital));
    if (source.joinBy !== 'AccessionNumber') tell(set.lateral);
    const hand: Film = { ...set.spare(0), part: 'HAND' };
    yield file(hand);
    yield truncated(file(set.spare(1)));
    yield file(set.spare(2), {}, blank);
    yield file(set.spare(3), { BurnedInAnnotation: 'YES' });
    yield file(set.spare(4), { Modality: 'CT', BodyPartExamined: 'CHEST' });
    for (const film of [hand, ...[1, 2, 3, 4].map((k) => set.spare(k))]) tell(film);
    // A file without a row, a row without a file, a film that was exported twice, and what is no film at all.
    yield file(set.spare(5));
    tell(set.spare(6));
    const [first] = set.films as [Film];
    yield { ...file(first), path: pathOf(first, 3) };
    yield { path: 'Thumbs.db', bytes: Buffer.from('not a film') };
  }
  yield mappedTable(source.table, source.mapping, rows);
};

function namesOf(film: Film, path: string, joinBy: Source['joinBy']): FilmNames {
  const image = { SOPInstanceUID: uidOf(film, 'instance'), AccessionNumber: accessionOf(film), path }[joinBy];
  return { image, patient: patientIdOf(film.patient), study: uidOf(film, 'study') };
}

function saysView({ patient, image }: Film, missing: number): boolean {
  return streamOf(patient.seed, patient.number, image, 'reader')() >= missing;
}
