import type { View } from '@viewgap/contracts';
import { readView, type ViewReading } from '../../view/grammar.ts';
import { viewSpelling } from '../../view/normal-text.ts';
import { type StatedView, type Statement, statedView } from '../../view/statement.ts';
import type { Tag, Values } from './data-set.ts';

type NamedView = Exclude<View, 'unknown'>;

/** Projections of PS3.16 CID 4010 by code, in SNOMED CT and in the older SRT. */
const CODES: Readonly<Record<string, NamedView>> = {
  '399348003': 'AP',
  'R-10206': 'AP',
  '272479007': 'PA',
  'R-10214': 'PA',
  'R-40888': 'PA',
  '399067008': 'LATERAL',
  'R-102CD': 'LATERAL',
  '399173006': 'LATERAL',
  'R-10236': 'LATERAL',
  '399198007': 'LATERAL',
  'R-10232': 'LATERAL',
};

/** Where people write the view of a film in words, and of its whole study, in the order of trust. */
const OF_FILM: readonly Tag[] = [
  'SeriesDescription',
  'ProtocolName',
  'AcquisitionDeviceProcessingDescription',
  'AcquisitionProtocolDescription',
];
const OF_STUDY: readonly Tag[] = [
  'PerformedProcedureStepDescription',
  'RequestedProcedureDescription',
  'StudyDescription',
];

/** The view that a header states. */
export interface HeaderView extends StatedView {
  /** the text that should name the view and does not: View Position, or else of a film of unknown view a description */
  readonly unread: string | null;
}

/**
 * The film's view: View Position, else the view's code, else the patient's orientation, else what its descriptions say,
 * those of the film before those of its study.
 */
export function dicomView(values: Values): HeaderView {
  const position = read(values.text('ViewPosition'));
  const ofFilm = OF_FILM.flatMap((tag) => read(values.text(tag)));
  const ofStudy = [
    ...OF_STUDY.map((tag) => values.text(tag)),
    values.item('ProcedureCodeSequence')?.text('CodeMeaning'),
  ].flatMap(read);
  const statements: Statement[] = [
    ...[...position, ...coded(values), ...orientation(values)].map(
      (one) => ({ ...one, source: 'dicom' }) as const,
    ),
    ...ofFilm.map((one) => ({ ...one, source: 'text' }) as const),
    ...ofStudy.map((one) => ({ ...one, source: 'text', ofStudy: true }) as const),
  ];
  const stated = statedView(statements);
  const isOpen = stated.view === 'unknown' && !stated.isOther;
  const [unread] = [
    ...position.filter(({ reading }) => reading.says === 'nothing'),
    ...(isOpen ? [...position, ...ofFilm, ...ofStudy] : []),
  ];
  return {
    ...stated,
    supine: stated.supine ?? placement(values),
    unread: unread === undefined ? null : viewSpelling(unread.text),
  };
}

interface Read {
  readonly text: string;
  readonly reading: ViewReading;
}

function read(text: string | null | undefined): Read[] {
  return text == null ? [] : [{ text, reading: readView(text) }];
}

const named = (view: NamedView) => ({ says: 'view', view, inferred: false, supine: null }) as const;

function coded(values: Values): Pick<Read, 'reading'>[] {
  const item = values.item('ViewCodeSequence');
  const view = CODES[item?.text('CodeValue') ?? ''];
  return [
    ...(view === undefined ? read(item?.text('CodeMeaning')) : [{ reading: named(view) }]),
    ...read(item?.item('ViewModifierCodeSequence')?.text('CodeMeaning')),
  ];
}

/** Rows of a lateral film run to the front or to the back (PS3.3 C.7.6.1.1.1); those of AP and PA films alike. */
function orientation(values: Values): Pick<Read, 'reading'>[] {
  const rows = values.text('PatientOrientation')?.toUpperCase() ?? '';
  return /^[AP]/.test(rows) ? [{ reading: named('LATERAL') }] : [];
}

/** How the patient was placed; no view follows from it. */
function placement(values: Values): boolean | null {
  const told = [
    values.item('PatientOrientationCodeSequence')?.text('CodeMeaning'),
    values.text('PatientPosition'),
  ];
  return told.flatMap(read).find(({ reading }) => reading.supine !== null)?.reading.supine ?? null;
}
