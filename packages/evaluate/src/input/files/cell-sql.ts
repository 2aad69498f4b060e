import type { DuckDBConnection } from '@duckdb/node-api';
import { SPLITS, VIEWS } from '@viewgap/contracts';

/** What other programs write where they mean nothing: R, pandas, numpy, SQL, spreadsheets. */
export const NOTHING = ['', 'NA', 'N/A', '#N/A', 'NaN', 'nan', 'null', 'NULL', 'None', '<NA>', 'NaT'];

const LONGEST = NOTHING.reduce((most, { length }) => Math.max(most, length), 0);
const list = (texts: readonly string[]) => [...new Set(texts)].map((text) => `'${text}'`).join(', ');
const lower = (texts: readonly string[]) => list(texts.map((text) => text.toLowerCase()));
const spelt = (names: readonly string[]) =>
  `case when x::varchar in (${list(names)}) then x::varchar else case lower(table_trim(x)) ${names.map((name) => `when '${name.toLowerCase()}' then '${name}'`).join(' ')} else table_text(x) end end`;

/** Blanks as tables of the web and of spreadsheets have them: no-break spaces, marks of Unicode, wide spaces. */
const BLANKS = [0x20, 0x09, 0x0a, 0x0d, 0xa0, 0x200b, 0x2007, 0x202f, 0x3000, 0xfeff]
  .map((code) => `chr(${code})`)
  .join(' || ');
const ENDS = [`' '`, 'chr(9)', 'chr(10)', 'chr(13)'].map((end) => `suffix(x::varchar, ${end})`).join(' or ');
/** SQL of whether a text x is ASCII that neither begins nor ends with a blank. */
const hasNoEdge = `(x::varchar > '!' and strlen(x::varchar) = length(x::varchar) and not (${ENDS}))`;

/** Words of labels, as programs, spreadsheets and people write them. */
const PRESENT = [
  'true',
  't',
  'yes',
  'y',
  'positive',
  'pos',
  'present',
  'wahr',
  'ja',
  'vrai',
  'oui',
  'verdadero',
];
const ABSENT = [
  'false',
  'f',
  'no',
  'n',
  'negative',
  'neg',
  'absent',
  'falsch',
  'nein',
  'faux',
  'non',
  'falso',
];

/** How texts are read: those columns that hold nothing else are read as they are. */
export type TextMacro = 'table_id' | 'table_view' | 'table_split' | 'table_sex';

/** The names that a macro knows; null: any text. */
const KNOWN: Readonly<Record<TextMacro, readonly string[] | null>> = {
  table_id: null,
  table_view: VIEWS,
  table_split: SPLITS,
  table_sex: ['F', 'M'],
};

/** SQL of whether a macro leaves a text as it is. */
export function isAsItIs(macro: TextMacro, column: string): string {
  const names = KNOWN[macro];
  return names === null
    ? `${column} is not distinct from ${macro}(${column})`
    : `(${column} is null or ${column} in (${list(names)}))`;
}

/**
 * How a cell of a predictions table is read, whatever program wrote it; a name of DuckDB's.
 *
 * - table_text: in composed form without blanks around it; null where the program means nothing
 * - table_id: the same, and a whole number has no `.0`, which pandas adds where a column has empty cells
 * - table_view, table_split, table_sex: the names that are known, in any case
 * - table_real: a number, with a decimal comma too; NaN where a text is not a number
 * - table_label: the same, and True, False, Yes, No, Positive, Negative
 */
const MACROS = [
  // To see that a text has nothing to be taken off costs less than to look for each kind of blank.
  `table_trim(x) as case when ${hasNoEdge} then x::varchar else trim(x::varchar, ${BLANKS}) end`,
  `table_text(x) as case when strlen(x::varchar) > ${LONGEST} and ${hasNoEdge} then x::varchar
     when lower(table_trim(x)) in (${lower(NOTHING)}) then null else nfc_normalize(table_trim(x)) end`,
  `table_id(x) as case when strlen(x::varchar) > ${LONGEST} and ${hasNoEdge}
       and not (suffix(x::varchar, '0') and contains(x::varchar, '.')) then x::varchar
     else regexp_replace(table_text(x), '^(-?[0-9]+)\\.0+$', '\\1') end`,
  ...(['table_view', 'table_split', 'table_sex'] as const).map(
    (name) => `${name}(x) as ${spelt(KNOWN[name] ?? [])}`,
  ),
  `table_real(x) as case when x is null then null else coalesce(try_cast(x as double),
     try_cast(replace(table_trim(x), ',', '.') as double), 'nan'::double) end`,
  `table_label(x) as case when x::varchar = '0' then 0 when x::varchar = '1' then 1
     when isnan(try_cast(x as double)) or table_text(x) is null then null
     else coalesce(try_cast(x as double), case when lower(table_trim(x)) in (${list(PRESENT)}) then 1
       when lower(table_trim(x)) in (${list(ABSENT)}) then 0 end,
       try_cast(replace(table_trim(x), ',', '.') as double), 'nan'::double) end`,
];

/** Makes the names above known to a connection. */
export async function defineCells(connection: DuckDBConnection): Promise<void> {
  for (const macro of MACROS) await connection.run(`create or replace temp macro ${macro}`);
}
