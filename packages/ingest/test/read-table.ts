import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceConfig } from '@viewgap/contracts';
import { adapterOf } from '../src/adapters/layouts.ts';
import type { Statement } from '../src/tables/rows/statement.ts';
import { tableFile } from '../src/tables/source-table.ts';
import { temporaryFolder } from './testing.ts';

/** A label table in columns that any hospital has, as a mapping explains it. */
export const MAPPING = {
  image: 'image',
  patient: 'pid',
  view: 'view',
  age: 'age',
  sex: 'sex',
  labels: { PTX: { columns: ['ptx'], values: { '1': 1, '0': 0 } } },
};
export const HEADER = 'image,pid,view,age,sex,ptx';

export interface Settings {
  readonly table?: string;
  readonly mapping?: object;
  readonly [setting: string]: unknown;
}

/** What png-folder reads of one table, in short. */
export async function readTable(
  content: string | Uint8Array,
  { table = 'labels.csv', ...settings }: Settings = {},
) {
  const root = await temporaryFolder();
  await writeFile(join(root, table), content);
  const config = sourceConfig.parse({
    adapter: 'png-folder',
    root,
    public: true,
    table,
    mapping: MAPPING,
    ...settings,
  });
  const { rows, bad, doubts = [] } = await (await adapterOf(config)).parse([tableFile(root, table)]);
  return {
    rows: rows.map(({ imageId, patientId, view, ageYears, sex, labels }) =>
      [imageId, patientId, view, ageYears, sex, ptxOf(labels)].join(' '),
    ),
    bad: bad.map(({ ref, detail }) => `${ref} ${detail}`),
    doubts: doubts.map(({ text }) => text),
  };
}

function ptxOf({ present, absent }: Statement): number | null {
  return present?.includes('PTX') ? 1 : absent?.includes('PTX') ? 0 : null;
}

export const A = 'a.png p1 PA 63 F 1';
export const B = 'b.png p2 AP 45 M 0';
export const ROWS = ['a.png,p1,PA,63,F,1', 'b.png,p2,AP,45,M,0'];
export const CSV = [HEADER, ...ROWS, ''].join('\n');
