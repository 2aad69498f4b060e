import { FINDINGS, type LabelMapping, type TableMapping, UserError, type View } from '@viewgap/contracts';
import { type Film, isNormal, stated } from '../film/patient.ts';
import type { PhantomFile } from './layout.ts';
import { type Row, textTable } from './text-table.ts';

/** What a table calls a film and its patient. */
export interface FilmNames {
  readonly image: string;
  readonly patient: string;
  readonly study: string;
}

type Mapping = Omit<TableMapping, 'imageIs'>;

/**
 * A table that says of films what a mapping of pipeline.json reads from it: the mapping's columns, and for each label
 * the first of its texts that means it.
 * @throws UserError where the table is no csv or tsv, or no text means a label
 */
export function mappedTable(
  path: string,
  mapping: Mapping,
  films: readonly (readonly [Film, FilmNames])[],
): PhantomFile {
  if (!/\.(csv|tsv)(\.gz)?$/i.test(path)) {
    throw new UserError('phantom cannot write this kind of table', path, 'name a .csv or .tsv');
  }
  const columns = columnsOf(mapping);
  const rows = films.map(([film, names]): Row => columns.map(([, cell]) => cell(film, names)));
  return textTable(
    path,
    columns.map(([name]) => name),
    rows,
    '\r\n',
  );
}

type Column = readonly [name: string, cell: (film: Film, names: FilmNames) => string | number];

function columnsOf(mapping: Mapping): Column[] {
  const { labels, noFinding, supportDevices } = mapping;
  return [
    [mapping.image, (_, { image }) => image],
    ...optional(mapping.patient, (_, { patient }) => patient),
    ...optional(mapping.study, (_, { study }) => study),
    // Where the table has no word for a view it says nothing of it.
    ...optional(mapping.view, ({ view }) => textMeaning<View>(mapping.views, view) ?? ''),
    ...optional(mapping.age, ({ ageYears }) => ageYears),
    ...optional(mapping.sex, ({ patient }) => textOf(mapping.sexes, patient.sex)),
    ...FINDINGS.flatMap((finding) => labelColumns(labels[finding], (film) => stated(film, finding))),
    ...labelColumns(noFinding, (film) => (isNormal(film) ? 1 : 0)),
    ...labelColumns(supportDevices, ({ devices }) => (devices ? 1 : 0)),
  ];
}

function optional(name: string | undefined, cell: Column[1]): Column[] {
  return name === undefined ? [] : [[name, cell]];
}

/** Where a label has several columns, the first has the value and the others do not contradict it. */
function labelColumns(mapping: LabelMapping | undefined, labelOf: (film: Film) => 1 | 0 | null): Column[] {
  if (mapping === undefined) return [];
  const { columns, values } = mapping;
  return columns.map((name, i) => [
    name,
    (film) => {
      const label = labelOf(film);
      return label === null && !Object.values(values).includes(null)
        ? ''
        : textOf(values, i === 0 || label === null ? label : 0);
    },
  ]);
}

function textMeaning<Value>(texts: Readonly<Record<string, Value>>, value: Value): string | undefined {
  return Object.keys(texts).find((text) => texts[text] === value);
}

function textOf<Value>(texts: Readonly<Record<string, Value>>, value: Value): string {
  const found = textMeaning(texts, value);
  if (found !== undefined) return found;
  throw new UserError(
    'no text of the mapping means',
    String(value),
    `known: ${Object.keys(texts).join(', ')}`,
  );
}
