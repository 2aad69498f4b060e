import { baseName } from './file-name.ts';

/** Files that systems, publishers and people put beside films, by the names that are told of them. */
const NAMED: readonly (readonly [kind: string, name: RegExp])[] = [
  ['._*', /^\._/],
  ['.DS_Store', /^\.DS_Store$/i],
  ['Thumbs.db', /^(eh)?thumbs(_vista)?\.db$/i],
  ['desktop.ini', /^desktop\.ini$/i],
  ['DICOMDIR', /^DICOMDIR$/i],
  ['README', /^README([._-]|$)/i],
  ['LICENSE', /^(LICEN[CS]E|COPYING|NOTICE)([._-]|$)/i],
  ['checksums', /^(SHA\d+|MD5)SUMS?(\.txt)?$/i],
  ['index.html', /^index\.html?$/i],
  ['robots.txt', /^robots\.txt$/i],
  ['others', /^(AUTHORS|CHANGELOG|CITATION|LOCKFILE|MANIFEST|RECORDS|VERSION)$|^Icon\r$/i],
];

/** Suffixes of files that are no films, whatever they hold. */
const SUFFIXES: ReadonlySet<string> = new Set(
  [
    'txt md rst rtf pdf doc docx odt ppt pptx hwp log',
    'csv tsv xls xlsx xlsm ods json jsonl ndjson xml yaml yml parquet arrow feather db sqlite sql',
    'zip tar gz tgz bz2 xz 7z rar',
    'htm html css js py ipynb r m sh bat cmd exe dll jar msi app',
    'ini inf cfg lnk url bib sha1 sha256 sha512 md5 sig asc',
    'mp4 avi mov wav mp3 svg eps npy npz mat pkl pt pth h5 hdf5',
  ].flatMap((line) => line.split(' ')),
);

/** A DICOM file that was packed alone. */
const PACKED_FILM = /\.(dcm|dicom|ima)\.gz$/i;

/** Images that no layout reads by their names, and DICOM, which some do not read. */
const IMAGES: readonly (readonly [kind: string, name: RegExp])[] = [
  ['DICOM', /\.(dcm|dicom|ima)(\.gz)?$/i],
  ['other images', /\.(jp2|j2k|jpx|jpf|jxl|heic|heif|avif|pgm|ppm|pnm|nii|nrrd|mha|raw)$/i],
];

/** Folders in which systems keep their own: no film in them is one of the source. */
const SYSTEM_FOLDER = /^(__MACOSX|@eaDir|#recycle|\$RECYCLE\.BIN|System Volume Information|lost\+found)$/i;

/**
 * What kind of other file this is by its name, in a word that never quotes one: `README`, `pdf`, `Thumbs.db`. Null
 * where it may be a film: DICOM files have any name.
 */
export function otherFile(path: string): string | null {
  const name = baseName(path);
  const named = NAMED.find(([, pattern]) => pattern.test(name));
  if (named) return named[0];
  if (PACKED_FILM.test(name)) return null;
  const suffix = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  return SUFFIXES.has(suffix) ? suffix : null;
}

/** What kind of image a file is that the layout does not read; null where its name does not tell. */
export function unreadImage(path: string): string | null {
  return IMAGES.find(([, pattern]) => pattern.test(path))?.[0] ?? null;
}

export function isSystemFolder(path: string): boolean {
  return SYSTEM_FOLDER.test(baseName(path));
}
