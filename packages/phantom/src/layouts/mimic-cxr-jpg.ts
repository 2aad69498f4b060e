import { LABELLER_COLUMNS, labellerCells } from '../files/chexpert-row.ts';
import { greyJpeg, truncated } from '../files/image-file.ts';
import type { Layout, PhantomFile } from '../files/layout.ts';
import { groupedDigits } from '../files/name.ts';
import { type Row, textTable } from '../files/text-table.ts';
import { drawFilm } from '../film/draw-film.ts';
import { filmSet } from '../film/film-set.ts';
import type { Film } from '../film/patient.ts';

const METADATA = [
  'dicom_id',
  'subject_id',
  'study_id',
  'PerformedProcedureStepDescription',
  'ViewPosition',
  'Rows',
  'Columns',
  'StudyDate',
  'StudyTime',
  'ProcedureCodeSequence_CodeMeaning',
  'ViewCodeSequence_CodeMeaning',
  'PatientOrientationCodeSequence_CodeMeaning',
];
/** The labeller's columns stand in the alphabet's order there. */
const LABELS = [...LABELLER_COLUMNS].sort();
const MEANINGS = { AP: 'antero-posterior', PA: 'postero-anterior', LATERAL: 'lateral' } as const;

/** One film in this many has no ViewPosition. */
const SILENT = 25;

/** MIMIC-CXR-JPG 2.1.0: files/p10/p10000032/s50414267/<dicom_id>.jpg and its four tables, packed. */
export const mimicCxrJpg: Layout = async function* ({ phantom }) {
  const set = filmSet(phantom);
  const metadata: Row[] = [];
  const studies = new Map<number, Film>();
  const file = async (film: Film): Promise<PhantomFile> => ({
    path: pathOf(film),
    bytes: await greyJpeg(drawFilm(film, phantom, false)),
  });
  const tell = (film: Film, position: string = film.view, meaning: string = MEANINGS[film.view]) => {
    metadata.push(metadataRow(film, phantom.size, position, meaning));
    if (film.view !== 'LATERAL') studies.set(studyOf(film), film);
  };
  for (const [i, film] of set.films.entries()) {
    yield await file(film);
    // Every other silent film has the view's code all the same.
    if (phantom.broken && i % SILENT === 3) tell(film, '', i % (2 * SILENT) === 3 ? '' : MEANINGS[film.view]);
    else tell(film);
  }
  if (phantom.broken) {
    yield await file(set.lateral);
    tell(set.lateral);
    yield truncated(await file(set.spare(0)));
    tell(set.spare(0));
    yield await file(set.spare(1));
    tell(set.spare(2));
    // The two statements on its view contradict each other.
    yield await file(set.spare(3, 'AP'));
    tell(set.spare(3, 'AP'), 'AP', MEANINGS.PA);
  }
  const prefix = 'mimic-cxr-2.0.0';
  const labels = [...studies.values()].map((film) => {
    const cells = labellerCells(film);
    return [subjectOf(film), studyOf(film), ...LABELS.map((column) => cells.get(column) ?? '')];
  });
  yield textTable(`${prefix}-metadata.csv.gz`, METADATA, metadata);
  for (const labeller of ['chexpert', 'negbio']) {
    yield textTable(`${prefix}-${labeller}.csv.gz`, ['subject_id', 'study_id', ...LABELS], labels);
  }
  const splits = metadata.map(([image = '', subject = '', study = '']) => [
    image,
    study,
    subject,
    splitOf(Number(subject)),
  ]);
  yield textTable(`${prefix}-split.csv.gz`, ['dicom_id', 'study_id', 'subject_id', 'split'], splits);
};

function subjectOf({ patient }: Film): number {
  return 10_000_000 + patient.number;
}

function studyOf({ patient, image }: Film): number {
  return 50_000_000 + 16 * patient.number + image;
}

function splitOf(subject: number): string {
  return ['validate', 'test'][subject % 10] ?? 'train';
}

function nameOf(film: Film): string {
  return groupedDigits(film, [8, 8, 8, 8, 8]);
}

function pathOf(film: Film): string {
  const subject = `p${subjectOf(film)}`;
  return `files/${subject.slice(0, 3)}/${subject}/s${studyOf(film)}/${nameOf(film)}.jpg`;
}

function metadataRow(film: Film, size: number, position: string, meaning: string): Row {
  const procedure = film.view === 'AP' ? 'CHEST (PORTABLE AP)' : 'CHEST (PA AND LAT)';
  return [
    nameOf(film),
    subjectOf(film),
    studyOf(film),
    procedure,
    position,
    size,
    size,
    `2180${film.date.slice(4)}`,
    '101500.000',
    procedure,
    meaning,
    film.view === 'AP' ? '' : 'Erect',
  ];
}
