import { type TableMapping, UserError } from '@viewgap/contracts';
import type { BadRow, ParsedTable, SourceRow, SourceTable } from './adapter.ts';
import { parseAge } from './age.ts';
import { isInnerPath } from './file-name.ts';
import { asBoolean, labelsFrom, UnknownNames } from './labels.ts';
import { columnsOf, MappedLabel, mappedFindings, readRows } from './mapped-table.ts';

const OPTIONAL = ['patient', 'study', 'view', 'age', 'sex'] as const;

/** A table of pipeline.json's own mapping. */
export interface MappedTable {
  /** its path below the root */
  readonly table: string;
  readonly mapping: Omit<TableMapping, 'imageIs'>;
  readonly labelSet: string;
}

/**
 * The same for a table whose texts must not be repeated.
 * @throws UserError as `parseMapped` does, without the text that is not explained: it may be anything that somebody typed
 */
export async function parseConcealed(
  tables: readonly SourceTable[],
  mapped: MappedTable,
): Promise<ParsedTable> {
  try {
    return await parseMapped(tables, mapped);
  } catch (error) {
    if (!(error instanceof UserError) || !error.what.startsWith('unknown ')) throw error;
    const what = error.what.slice(0, error.what.indexOf(' in '));
    throw new UserError(
      `${what} in the label table`,
      mapped.table,
      'list every text of these columns in its mapping',
    );
  }
}

/**
 * The rows of a table whose columns and texts pipeline.json explains.
 * @throws UserError where the table or a column is missing, or a text is not explained
 */
export async function parseMapped(
  tables: readonly SourceTable[],
  { table, mapping, labelSet }: MappedTable,
): Promise<ParsedTable> {
  const [file] = tables;
  if (!file) throw new UserError('no label table', table, 'put it into the root, or correct `table`');
  const findings = mappedFindings(mapping.labels);
  const noFinding = mapping.noFinding && new MappedLabel('no finding', mapping.noFinding);
  const devices = mapping.supportDevices && new MappedLabel('devices', mapping.supportDevices);
  const mappings = [...findings.values(), ...[noFinding, devices].filter((one) => one !== undefined)];
  const views = new UnknownNames('views', Object.keys(mapping.views));
  const sexes = new UnknownNames('sexes', Object.keys(mapping.sexes));
  const wanted: Record<string, readonly string[]> = { image: [mapping.image], ...columnsOf(mappings) };
  for (const key of OPTIONAL) if (mapping[key] !== undefined) wanted[key] = [mapping[key]];

  const rows: SourceRow[] = [];
  const bad: BadRow[] = [];
  for await (const { ref, cells } of readRows(file, wanted, bad)) {
    const { image = '', patient = '', study = '', view = '', age = '', sex = '' } = cells;
    if (!isInnerPath(image)) {
      bad.push({ ref, detail: 'the image is not named by a path below the root' });
      continue;
    }
    if (view !== '' && !Object.hasOwn(mapping.views, view)) views.add(view);
    if (sex !== '' && !Object.hasOwn(mapping.sexes, sex)) sexes.add(sex);
    const known = mapping.views[view] ?? 'unknown';
    rows.push({
      ref,
      imageId: image,
      patientId: patient || null,
      studyId: study || null,
      view: known,
      viewSource: known === 'unknown' ? 'none' : 'metadata',
      viewConflict: false,
      supine: null,
      ageYears: parseAge(age),
      sex: mapping.sexes[sex] ?? null,
      supportDevices: devices ? asBoolean(devices.label(cells)) : null,
      noFinding: noFinding ? asBoolean(noFinding.label(cells)) : null,
      labels: labelsFrom((finding) => findings.get(finding)?.label(cells) ?? null),
      labelSet,
      officialSplit: null,
      sameAs: null,
    });
  }
  views.refuse(file.path);
  sexes.refuse(file.path);
  for (const one of mappings) one.refuse(file.path);
  return { rows, bad };
}
