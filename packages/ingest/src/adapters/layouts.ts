import type { AdapterName, LayoutConfig, SourceFacts } from '@viewgap/contracts';
import type { Adapter, BadRow, ParsedTable, SourceTable } from '../tables/adapter.ts';
import { SourceError } from '../tables/source-error.ts';
import { chestXDet } from './chestx-det.ts';
import { chexpert } from './chexpert.ts';
import { dicomFolder } from './dicom-folder.ts';
import { identified, readIdMap } from './id-map.ts';
import { mimicCxrJpg } from './mimic-cxr-jpg.ts';
import { nihChestXray14 } from './nih-chestxray14.ts';
import { overlaid, readOverlay } from './overlay.ts';
import { padChest } from './padchest.ts';
import { pngFolder } from './png-folder.ts';
import { rsnaPneumonia } from './rsna-pneumonia.ts';
import { siimPneumothorax } from './siim-pneumothorax.ts';
import { vinDrCxr } from './vindr-cxr.ts';

/** Every layout by the name that pipeline.json gives it. */
const LAYOUTS: { readonly [Name in AdapterName]: (config: LayoutConfig<Name>) => Adapter } = {
  'nih-chestxray14': () => nihChestXray14,
  chexpert,
  'mimic-cxr-jpg': mimicCxrJpg,
  padchest: () => padChest,
  'vindr-cxr': vinDrCxr,
  'rsna-pneumonia': () => rsnaPneumonia,
  'siim-pneumothorax': () => siimPneumothorax,
  'chestx-det': chestXDet,
  'png-folder': pngFolder,
  'dicom-folder': dicomFolder,
};

/** The adapter of a source, with the overlays and the id map that its config names. */
export function adapterOf(config: SourceFacts): Adapter {
  const layout = LAYOUTS[config.adapter] as (config: SourceFacts) => Adapter;
  return withMoreTables(layout(config), config);
}

function withMoreTables(layout: Adapter, config: SourceFacts): Adapter {
  const more = [...config.overlays, ...(config.idMap ? [config.idMap] : [])].map(({ table }) => table);
  if (more.length === 0) return layout;
  return {
    ...layout,
    enters: (folder) => layout.enters(folder) || more.some((path) => path.startsWith(`${folder}/`)),
    isTable: (path) => layout.isTable(path) || more.includes(path),
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
  for (const overlay of overlays) {
    const statements = await readOverlay(overlay, namedTable(tables, overlay.table), bad);
    rows = rows.map((row) => overlaid(row, overlay.name, statements));
  }
  return { ...parsed, rows, bad };
}

async function withIdentities(
  parsed: ParsedTable,
  tables: readonly SourceTable[],
  { idMap }: SourceFacts,
): Promise<ParsedTable> {
  if (!idMap) return parsed;
  const bad: BadRow[] = [...parsed.bad];
  const map = await readIdMap(idMap, namedTable(tables, idMap.table), bad);
  return { ...parsed, rows: parsed.rows.map((row) => identified(row, map)), bad };
}

function namedTable(tables: readonly SourceTable[], path: string): SourceTable {
  const table = tables.find((one) => one.path === path);
  if (!table)
    throw new SourceError('no such table in the source', path, 'put it below the root, or correct its name');
  return table;
}
