import type { SourceFacts } from '@viewgap/contracts';
import type { Adapter, BadRow, ParsedTable, SourceTable, TableDoubt } from '../tables/rows/adapter.ts';
import { SourceError } from '../tables/rows/source-error.ts';
import { identified, readIdMap } from './id-map.ts';
import { overlaid, readOverlay } from './overlay.ts';
import { useOf } from './table-use.ts';

/** What the file of a layout exports: its adapter, by the settings that a source in this layout has. */
interface LayoutFile {
  readonly default: (settings: SourceFacts) => Adapter;
}

/**
 * The adapter of a source, with the overlays and the id map that its config names. A layout is the file of its name
 * beside this one, so that no list of them is kept here.
 */
export async function adapterOf(config: SourceFacts): Promise<Adapter> {
  const { default: layout }: LayoutFile = await import(new URL(`${config.adapter}.ts`, import.meta.url).href);
  return withMoreTables(layout(config), config);
}

function withMoreTables(layout: Adapter, config: SourceFacts): Adapter {
  const more = [...config.overlays, ...(config.idMap ? [config.idMap] : [])].map(({ table }) => table);
  if (more.length === 0) return layout;
  return {
    ...layout,
    enters: (folder) => layout.enters(folder) || more.some((path) => path.startsWith(`${folder}/`)),
    isTable: (path) => layout.isTable(path) || more.includes(path),
    isImage: (path) => layout.isImage(path) && !more.includes(path),
    parse: async (tables) => {
      const parsed = await layout.parse(tables.filter(({ path }) => layout.isTable(path)));
      return withIdentities(await withOverlays(parsed, tables, config), tables, config);
    },
  };
}

async function withOverlays(
  parsed: ParsedTable,
  tables: readonly SourceTable[],
  { overlays }: SourceFacts,
): Promise<ParsedTable> {
  let { rows } = parsed;
  const bad: BadRow[] = [...parsed.bad];
  const doubts: TableDoubt[] = [...(parsed.doubts ?? [])];
  for (const overlay of overlays) {
    const statements = await readOverlay(overlay, namedTable(tables, overlay.table), bad);
    const named = { what: `overlay ${overlay.name}`, path: overlay.table };
    for (const doubt of useOf(statements, parsed.rows, named)) doubts.push(doubt);
    rows = rows.map((row) => overlaid(row, overlay.name, statements));
  }
  return { ...parsed, rows, bad, doubts };
}

async function withIdentities(
  parsed: ParsedTable,
  tables: readonly SourceTable[],
  { idMap }: SourceFacts,
): Promise<ParsedTable> {
  if (!idMap) return parsed;
  const bad: BadRow[] = [...parsed.bad];
  const map = await readIdMap(idMap, namedTable(tables, idMap.table), bad);
  const doubts = [
    ...(parsed.doubts ?? []),
    ...useOf(map, parsed.rows, { what: 'id map', path: idMap.table }),
  ];
  return { ...parsed, rows: parsed.rows.map((row) => identified(row, map)), bad, doubts };
}

function namedTable(tables: readonly SourceTable[], path: string): SourceTable {
  const table = tables.find((one) => one.path === path);
  if (!table)
    throw new SourceError('no such table in the source', path, 'put it below the root, or correct its name');
  return table;
}
