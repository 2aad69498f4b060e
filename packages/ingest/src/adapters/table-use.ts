import { counted } from '@viewgap/contracts';
import { nearMatches } from '../tables/near-names.ts';
import type { SourceRow, TableDoubt } from '../tables/rows/adapter.ts';
import { SourceError } from '../tables/rows/source-error.ts';

/** Which table, for messages. */
interface NamedTable {
  /** `overlay google2019` */
  readonly what: string;
  readonly path: string;
}

/**
 * How many rows of a further table name an image of the label table, where that is not all of them.
 * @param byImage what the table says, by image
 * @throws SourceError where none does: what it says would be lost without a word
 */
export function useOf(
  byImage: ReadonlyMap<string, unknown>,
  rows: readonly SourceRow[],
  { what, path }: NamedTable,
): TableDoubt[] {
  // A label table without a row that can be read has an error of its own.
  if (rows.length === 0) return [];
  const images = new Set(rows.map(({ imageId }) => imageId));
  let used = 0;
  for (const image of byImage.keys()) if (images.has(image)) used++;
  const said = `${used} of ${counted(byImage.size, 'row')}`;
  if (used === 0) {
    throw new SourceError(
      `no row of the ${what} names an image of the label table`,
      `${path}: ${said}`,
      cure(byImage, images),
    );
  }
  const line = `${what}: ${said} ${used === 1 ? 'names' : 'name'} an image of the label table`;
  return used === byImage.size ? [] : [{ text: line, concealed: line }];
}

const SUFFIX = /\.(dcm|dicom|png|jpe?g|tiff?|bmp)$/i;

/** Words that quote none of the names. */
function cure(byImage: ReadonlyMap<string, unknown>, images: ReadonlySet<string>): string {
  const names = [...byImage.keys()];
  const has = (name: string) => images.has(name);
  const bare = new Set([...images].map((name) => name.replace(SUFFIX, '')));
  const without = names.filter((name) => bare.has(name.replace(SUFFIX, ''))).length;
  const inner = names.filter((name) => has(name.slice(name.lastIndexOf('/') + 1))).length;
  const ways = [
    ...(without === 0 ? [] : [`${without} would without suffixes such as .dcm`]),
    ...(inner === 0 ? [] : [`${inner} would without the folders before the names`]),
    ...nearMatches(
      names.map((imageId) => ({ imageId })),
      { has, normalise: [] },
    ).map((hint) => hint.replace(/: "joinNormalise".*/, '')),
  ];
  return [...ways, 'write both tables with the same names, or name another column as `image`'].join('; ');
}
