import { ConfigError, LAYOUT_LABELS, nearestName, type OverlayConfig } from '@viewgap/contracts';
import {
  columnsOf,
  type LabelMappings,
  mappedLabels,
  mappedStatement,
  readRows,
} from '../tables/mapped-table.ts';
import type { BadRow, SourceRow, SourceTable } from '../tables/rows/adapter.ts';
import type { Statement } from '../tables/rows/statement.ts';

const YES_NO = { YES: 1, NO: 0 } as const;

/**
 * Overlays that need no mapping in pipeline.json: labels by their own names.
 *
 * google2019: Majkowska, Mittal, Steiner, ...: Chest radiograph interpretation with deep learning models: assessment
 * with radiologist-adjudicated reference standards, Radiology 2020. Panels of radiologists on 4,376 films of NIH. Its
 * airspace opacity is wider than consolidation, which it therefore leaves alone.
 */
export const KNOWN_OVERLAYS: Readonly<Record<string, { image: string; labels: LabelMappings }>> = {
  google2019: {
    image: 'Image Index',
    labels: Object.fromEntries(
      LAYOUT_LABELS.google2019.map((name) => [name, { columns: [name], values: YES_NO }]),
    ),
  },
};

export const GOOGLE2019_COUNTS = { images: 4_376, test: 1_962, AP: 1_126, PA: 836 } as const;

/** What an overlay says, by image name; a label that is neither present nor absent is not replaced. */
export type Statements = ReadonlyMap<string, Statement>;

/**
 * @throws ConfigError where the overlay is neither known nor mapped
 * @throws SourceError where a text of the table is not in its mapping
 */
export async function readOverlay(
  config: OverlayConfig,
  table: SourceTable,
  bad: BadRow[],
): Promise<Statements> {
  const known = Object.hasOwn(KNOWN_OVERLAYS, config.name) ? KNOWN_OVERLAYS[config.name] : undefined;
  const image = config.image ?? known?.image;
  const labels = config.labels ?? known?.labels;
  if (image === undefined || labels === undefined) {
    const cure = nearestName(config.name, Object.keys(KNOWN_OVERLAYS));
    throw new ConfigError('an overlay without `image` and `labels`', config.name, cure);
  }
  const mappings = mappedLabels(labels, `overlays.${config.name}.labels`);
  const wanted = { image: [image], ...columnsOf(mappings.values()) };
  const statements = new Map<string, Statement>();
  for await (const { cells } of readRows(table, wanted, bad, config)) {
    statements.set(cells.image, mappedStatement(mappings, cells));
  }
  for (const mapping of mappings.values()) mapping.refuse(table.path);
  return statements;
}

/** The row with what an overlay says of its film beside what the source says. */
export function overlaid(row: SourceRow, name: string, statements: Statements): SourceRow {
  const { present = [], absent = [] } = statements.get(row.imageId) ?? {};
  if (present.length + absent.length === 0) return row;
  return { ...row, overlays: [...(row.overlays ?? []), { name, present, absent }] };
}
