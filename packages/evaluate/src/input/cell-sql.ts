import type { DuckDBConnection } from '@duckdb/node-api';
import { SPLITS, VIEWS } from '@viewgap/contracts';

/** What other programs write where they mean nothing: R, pandas, numpy, SQL, spreadsheets. */
export const NOTHING = ['', 'NA', 'N/A', '#N/A', 'NaN', 'nan', 'null', 'NULL', 'None', '<NA>', 'NaT'];

const LONGEST = NOTHING.reduce((most, { length }) => Math.max(most, length), 0);
const list = (texts: readonly string[]) => [...new Set(texts)].map((text) => `'${text}'`).join(', ');
const lower = (texts: readonly string[]) => list(texts.map((text) => text.toLowerCase()));
const spelt = (names: readonly string[]) =>
  `case lower(trim(x::varchar)) ${names.map((name) => `when '${name.toLowerCase()}' then '${name}'`).join(' ')} else table_text(x) end`;

/**
 * How a cell of a predictions table is read, whatever program wrote it; a name of DuckDB's.
 *
 * - table_text: without blanks around it; null where the program means nothing
 * - table_id: the same, and a whole number has no `.0`, which pandas adds where a column has empty cells
 * - table_view, table_split, table_sex: the names that are known, in any case
 * - table_real: a number, with a decimal comma too; NaN where a text is not a number
 * - table_label: the same, and True, False, Yes, No
 */
const MACROS = [
  `table_text(x) as case when strlen(x::varchar) <= ${LONGEST} and lower(trim(x::varchar)) in (${lower(NOTHING)})
     then null else trim(x::varchar) end`,
  // Most ids have nothing to be taken off, which costs less to see than to do.
  `table_id(x) as case when strlen(x::varchar) > ${LONGEST} and not (prefix(x::varchar, ' ') or suffix(x::varchar, ' ')
       or suffix(x::varchar, '.0')) then x::varchar
     when suffix(trim(x::varchar), '.0') and regexp_full_match(trim(x::varchar), '[0-9]+\\.0')
     then trim(x::varchar)[:-3] else table_text(x) end`,
  `table_view(x) as ${spelt(VIEWS)}`,
  `table_split(x) as ${spelt(SPLITS)}`,
  `table_sex(x) as ${spelt(['F', 'M'])}`,
  `table_real(x) as case when x is null then null else coalesce(try_cast(x as double),
     try_cast(replace(x::varchar, ',', '.') as double), 'nan'::double) end`,
  `table_label(x) as case when isnan(try_cast(x as double)) or table_text(x) is null then null
     else coalesce(try_cast(x as double), case when lower(trim(x::varchar)) in ('true', 'yes', 't', 'y') then 1
       when lower(trim(x::varchar)) in ('false', 'no', 'f', 'n') then 0 end,
       try_cast(replace(x::varchar, ',', '.') as double), 'nan'::double) end`,
];

/** Makes the names above known to a connection. */
export async function defineCells(connection: DuckDBConnection): Promise<void> {
  for (const macro of MACROS) await connection.run(`create or replace temp macro ${macro}`);
}
