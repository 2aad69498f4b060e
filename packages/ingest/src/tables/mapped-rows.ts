import type { TableMapping } from '@viewgap/contracts';
import { parseAge } from './age.ts';
import { isInnerPath } from './file-name.ts';
import { asBoolean } from './labels.ts';
import { columnsOf, MappedLabel, mappedLabels, mappedStatement, readRows } from './mapped-table.ts';
import type { BadRow, ParsedTable, SourceRow, SourceTable } from './rows/adapter.ts';
import type { TableSettings } from './rows/named-rows.ts';
import { SourceError } from './rows/source-error.ts';
import { sexOf } from './sex.ts';
import { statedRow } from './stated-row.ts';
import { hasLostDigits, idOf, patientIdOf } from './table-ids.ts';
import { UnreadTexts } from './unread-texts.ts';
import { ValueMap } from './value-map.ts';
import { ViewColumn } from './view-column.ts';

const OPTIONAL = ['patient', 'study', 'view', 'age', 'sex'] as const;

/** A table of pipeline.json's own mapping. */
export interface MappedTable extends TableSettings {
  /** its path below the root */
  readonly table: string;
  readonly mapping: Omit<TableMapping, 'imageIs'>;
  readonly labelSet: string;
}

/**
 * The rows of a table whose columns and texts pipeline.json explains.
 * @throws SourceError where the table or a column is missing, or a text is not explained
 */
export async function parseMapped(
  tables: readonly SourceTable[],
  { table, mapping, labelSet, ...settings }: MappedTable,
): Promise<ParsedTable> {
  const [file] = tables;
  if (!file) throw new SourceError('no label table', table, 'put it into the root, or correct `table`');
  const labels = mappedLabels(mapping.labels, 'mapping.labels');
  const noFinding =
    mapping.noFinding && new MappedLabel('no finding', mapping.noFinding, 'mapping.noFinding');
  const devices =
    mapping.supportDevices && new MappedLabel('devices', mapping.supportDevices, 'mapping.supportDevices');
  const mappings = [...labels.values(), ...[noFinding, devices].filter((one) => one !== undefined)];
  const views = new ViewColumn(mapping.view ?? '', mapping.views);
  const sexes = new ValueMap(
    { columns: [mapping.sex ?? ''], setting: 'mapping.sexes', meanings: 'F or M' },
    mapping.sexes,
    (text) => sexOf(text) ?? undefined,
  );
  const wanted: Record<string, readonly string[]> = { image: [mapping.image], ...columnsOf(mappings) };
  for (const key of OPTIONAL) if (mapping[key] !== undefined) wanted[key] = [mapping[key]];

  const ages = new UnreadTexts('ages');
  const rows: SourceRow[] = [];
  const bad: BadRow[] = [];
  for await (const { ref, cells } of readRows(file, wanted, bad, settings)) {
    const { image = '', patient = '', study = '', view = '', age = '', sex = '' } = cells;
    const fault = faultOfNames(image, patient);
    if (fault !== null) {
      bad.push({ ref, detail: fault });
      continue;
    }
    const ageYears = parseAge(age);
    if (ageYears === null) ages.add(age);
    rows.push(
      statedRow({
        ref,
        imageId: image,
        patientId: patientIdOf(patient),
        studyId: idOf(study),
        ...views.facts(view),
        ageYears,
        sex: sexes.meaning(sex) ?? null,
        supportDevices: devices ? asBoolean(devices.label(cells)) : null,
        noFinding: noFinding ? asBoolean(noFinding.label(cells)) : null,
        labels: mappedStatement(labels, cells),
        labelSet,
      }),
    );
  }
  views.refuse(file.path);
  sexes.refuse(file.path);
  for (const one of mappings) one.refuse(file.path);
  return { rows, bad, doubts: [...ages.doubts(file.path), ...views.doubts(file.path)] };
}

function faultOfNames(image: string, patient: string): string | null {
  if (image === '') return 'no image is named';
  if (hasLostDigits(image) || hasLostDigits(patient)) {
    return 'an id in scientific notation, which has lost digits: save that column as text';
  }
  return isInnerPath(image) ? null : 'the image is not named by a path below the root';
}
