import { LAYOUT_LABELS, UserError } from '@viewgap/contracts';
import { baseName, isImageFile, isPlainFileName, isVisible } from '../tables/file-name.ts';
import { UnknownNames } from '../tables/labels.ts';
import type { Adapter, BadRow, ParsedTable, Region, SourceRow, SourceTable } from '../tables/rows/adapter.ts';
import { listed } from '../tables/rows/statement.ts';
import { readJson } from '../tables/source-table.ts';
import { statedRow } from '../tables/stated-row.ts';

/**
 * ChestX-Det. Lian, Liu, Zhang, ...: A structure-aware relation network for thoracic diseases detection and
 * segmentation, IEEE TMI 2021. Films of NIH ChestX-ray14, outlined by radiologists; exhaustive in its 13 classes. It
 * says neither view nor patient: an id map tells them, or the catalog finds the film in NIH by its pixels.
 */
export const CHESTX_DET_COUNTS = { train: 3_025, test: 553 } as const;

const LABELS: readonly string[] = LAYOUT_LABELS['chestx-det'];

const TABLE = /^ChestX_Det_(train|test)\.json(\.gz)?$/i;

export default function chestXDet(): Adapter {
  return {
    patientNamespace: 'nih',
    namesPatients: false,
    expects: 'ChestX_Det_train.json and ChestX_Det_test.json, and the images in train*/ and test*/',
    labels: LABELS,
    hasOwnNames: true,
    enters: (folder) => /^(train|test)[^/]*(\/[^/]+)?$/i.test(folder) && isVisible(folder),
    isTable: (path) => TABLE.test(path),
    isImage: (path) => isImageFile(path) && isVisible(path),
    imageId: baseName,
    parse,
  };
}

async function parse(tables: readonly SourceTable[]): Promise<ParsedTable> {
  if (tables.length === 0)
    throw new UserError('no label table', 'ChestX_Det_*.json', 'put both into the root');
  const rows: SourceRow[] = [];
  const bad: BadRow[] = [];
  const regions: Region[] = [];
  for (const table of tables) {
    const unknown = new UnknownNames('classes', LABELS);
    const entries = await readJson(table);
    if (!Array.isArray(entries)) throw new UserError('not a list of films', table.path, 'fetch it again');
    const split = TABLE.exec(table.path)?.[1]?.toLowerCase() === 'test' ? 'test' : 'train-val';
    for (const [i, entry] of entries.entries()) {
      const ref = `${table.path}:${i + 1}`;
      const film = filmOf(entry);
      if (typeof film === 'string') {
        bad.push({ ref, detail: film });
        continue;
      }
      const { imageId, names, polygons } = film;
      for (const name of names) if (!LABELS.includes(name)) unknown.add(name);
      for (const [j, polygon] of polygons.entries()) regions.push({ imageId, name: names[j] ?? '', polygon });
      rows.push(
        statedRow({
          ref,
          imageId,
          noFinding: names.length === 0,
          labels: listed(names),
          labelSet: 'expert',
          officialSplit: split,
        }),
      );
    }
    unknown.refuse(table.path);
  }
  return { rows, bad, regions };
}

type Polygon = Region['polygon'];

/** An entry of the list, or what is wrong with it. */
function filmOf(
  entry: unknown,
):
  | string
  | { readonly imageId: string; readonly names: readonly string[]; readonly polygons: readonly Polygon[] } {
  if (typeof entry !== 'object' || entry === null) return 'not a film';
  const { file_name, syms, polygons } = entry as Record<string, unknown>;
  if (typeof file_name !== 'string' || !isPlainFileName(file_name)) {
    return 'the file name is not the plain name of an image file';
  }
  if (!Array.isArray(syms) || !syms.every((name): name is string => typeof name === 'string')) {
    return 'no list of classes';
  }
  if (!Array.isArray(polygons) || !polygons.every(isPolygon)) return 'no list of polygons';
  if (polygons.length !== syms.length) return 'as many polygons as classes are needed';
  return { imageId: file_name, names: syms, polygons };
}

function isPolygon(value: unknown): value is Polygon {
  return (
    Array.isArray(value) &&
    value.every((point) => Array.isArray(point) && point.length === 2 && point.every(Number.isFinite))
  );
}
