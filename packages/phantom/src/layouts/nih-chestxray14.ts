import type { DefaultFinding } from '@viewgap/contracts';
import { blank, greyPng, rgbaPng, truncated } from '../files/image-file.ts';
import type { Layout, PhantomFile } from '../files/layout.ts';
import { padded } from '../files/name.ts';
import { type Row, textTable } from '../files/text-table.ts';
import { drawFilm } from '../film/draw-film.ts';
import { filmSet } from '../film/film-set.ts';
import { type Film, isNormal } from '../film/patient.ts';

const HEADER = [
  'Image Index',
  'Finding Labels',
  'Follow-up #',
  'Patient ID',
  'Patient Age',
  'Patient Gender',
  'View Position',
  'OriginalImage[Width',
  'Height]',
  'OriginalImagePixelSpacing[x',
  'y]',
];
const NAMES: Readonly<Record<DefaultFinding, string>> = {
  CSN: 'Consolidation',
  PTX: 'Pneumothorax',
  NDL: 'Nodule',
  FIB: 'Fibrosis',
  PEF: 'Effusion',
};
/** From this size on a nodule is a mass. */
const MASS = 0.09;

/** The name of a film in NIH ChestX-ray14. */
export function nihName({ patient, image }: Film): string {
  return `${padded(patient.number + 1, 8)}_${padded(image, 3)}.png`;
}

/** NIH ChestX-ray14: images/, Data_Entry_2017_v2020.csv, and its own split by patient. One file in 40 is RGBA. */
export const nihChestXray14: Layout = async function* ({ phantom }) {
  const set = filmSet(phantom);
  const rows: Row[] = [];
  for (const [i, film] of set.films.entries()) {
    const drawing = drawFilm(film, phantom, true);
    const bytes = await (i % 40 === 1 ? rgbaPng(drawing) : greyPng(drawing));
    yield { path: `images/${nihName(film)}`, bytes };
    rows.push(rowOf(film));
  }
  if (phantom.broken) yield* broken(rows);
  yield textTable('Data_Entry_2017_v2020.csv', HEADER, rows);
  const names = rows.map(([name]) => String(name));
  const isTest = (name: string) => Number(name.slice(0, 8)) % 4 === 0;
  const list = (path: string, of: readonly string[]): PhantomFile => ({
    path,
    bytes: Buffer.from(of.join('\n')),
  });
  yield list(
    'train_val_list.txt',
    names.filter((name) => !isTest(name)),
  );
  yield list('test_list.txt', names.filter(isTest));

  /** The same film under two names, a cut file, a blank one, a file without a row, a row without a file. */
  async function* broken(rows: Row[]): AsyncGenerator<PhantomFile> {
    const file = async (film: Film, change = (drawing: ReturnType<typeof drawFilm>) => drawing) => ({
      path: `images/${nihName(film)}`,
      bytes: await greyPng(change(drawFilm(film, phantom, true))),
    });
    const [first] = set.films as [Film];
    const again = { ...first, image: 98 };
    yield { ...(await file(first)), path: `images/${nihName(again)}` };
    yield truncated(await file(set.spare(0)));
    yield await file(set.spare(1), blank);
    yield await file(set.spare(2));
    for (const film of [again, set.spare(0), set.spare(1), set.spare(3)]) rows.push(rowOf(film));
  }
};

function rowOf(film: Film): Row {
  const { patient, image, view, ageYears, lesions, largeHeart } = film;
  const names = lesions.map(({ finding, radius }) =>
    finding === 'NDL' && radius > MASS ? 'Mass' : NAMES[finding],
  );
  if (largeHeart) names.unshift('Cardiomegaly');
  return [
    nihName(film),
    isNormal(film) ? 'No Finding' : names.join('|'),
    image,
    patient.number + 1,
    ageYears,
    patient.sex,
    view,
    2048,
    2500,
    0.168,
    0.168,
  ];
}
