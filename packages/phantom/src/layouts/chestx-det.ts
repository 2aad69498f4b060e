import type { DefaultFinding, LayoutConfig } from '@viewgap/contracts';
import { greyPng, truncated } from '../files/image-file.ts';
import type { Layout, PhantomFile } from '../files/layout.ts';
import { textTable } from '../files/text-table.ts';
import { type Box, drawFilm, lesionBoxes } from '../film/draw-film.ts';
import { filmSet } from '../film/film-set.ts';
import type { Film } from '../film/patient.ts';
import { nihName } from './nih-chestxray14.ts';

const CLASSES: Readonly<Record<DefaultFinding, string>> = {
  CSN: 'Consolidation',
  PTX: 'Pneumothorax',
  NDL: 'Nodule',
  FIB: 'Fibrosis',
  PEF: 'Effusion',
};

/**
 * ChestX-Det: train_data/, test_data/ and a JSON list for each, with boxes and polygons. Its films are NIH's: those that
 * the layout of NIH has for the same seed and patients; the source's id map, where it has one, names them.
 */
export const chestXDet: Layout<LayoutConfig<'chestx-det'>> = async function* ({ source, phantom }) {
  const set = filmSet(phantom);
  const told = [...set.films];
  const file = async (film: Film): Promise<PhantomFile> => ({
    path: `${partOf(film)}_data/${nameOf(film)}`,
    bytes: await greyPng(drawFilm(film, phantom, true)),
  });
  for (const film of set.films) yield await file(film);
  if (phantom.broken) {
    yield truncated(await file(set.spare(0)));
    told.push(set.spare(0), set.spare(1));
    yield await file(set.spare(2));
  }
  for (const part of ['train', 'test']) {
    const entries = told.filter((film) => partOf(film) === part).map((film) => entryOf(film, phantom));
    yield { path: `ChestX_Det_${part}.json`, bytes: Buffer.from(JSON.stringify(entries)) };
  }
  const { idMap } = source;
  if (idMap === undefined) return;
  const { image, sameAs, patient } = idMap;
  const header = [image, ...[sameAs, patient].filter((name) => name !== undefined)];
  const rows = told.map((film) => [
    nameOf(film),
    ...(sameAs === undefined ? [] : [nihName(film)]),
    ...(patient === undefined ? [] : [nihName(film).slice(0, 8)]),
  ]);
  yield textTable(idMap.table, header, rows);
};

function nameOf({ patient, image }: Film): string {
  return `${30_000 + 16 * patient.number + image}.png`;
}

function partOf({ patient }: Film): string {
  return patient.number % 6 === 5 ? 'test' : 'train';
}

function entryOf(film: Film, exposure: Parameters<typeof lesionBoxes>[1]) {
  const boxes = lesionBoxes(film, exposure, true);
  return {
    file_name: nameOf(film),
    syms: film.lesions.map(({ finding }) => CLASSES[finding]),
    boxes: boxes.map(([left, top, width, height]) => [left, top, left + width, top + height]),
    polygons: boxes.map(octagon),
  };
}

/** What is left of a box when its corners are cut off. */
function octagon([left, top, width, height]: Box): [number, number][] {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => (Math.PI / 4) * (i + 0.5));
  return corners.map((angle) => [
    Math.round(left + (width / 2) * (1 + Math.cos(angle))),
    Math.round(top + (height / 2) * (1 + Math.sin(angle))),
  ]);
}
