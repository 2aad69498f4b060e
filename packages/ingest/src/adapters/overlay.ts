import {
  ConfigError,
  FINDINGS,
  type Finding,
  type Label,
  nearestName,
  type OverlayConfig,
} from '@viewgap/contracts';
import { columnsOf, type FindingMappings, mappedFindings, readRows } from '../tables/mapped-table.ts';
import type { BadRow, SourceRow, SourceTable } from '../tables/rows/adapter.ts';

const YES_NO = { YES: 1, NO: 0 } as const;

/**
 * Overlays that need no mapping in pipeline.json.
 *
 * google2019: Majkowska, Mittal, Steiner, ...: Chest radiograph interpretation with deep learning models: assessment
 * with radiologist-adjudicated reference standards, Radiology 2020. Panels of radiologists on 4,376 films of NIH. Its
 * airspace opacity is wider than consolidation, which it therefore leaves alone.
 */
export const KNOWN_OVERLAYS: Readonly<Record<string, { image: string; labels: FindingMappings }>> = {
  google2019: {
    image: 'Image Index',
    labels: {
      PTX: { columns: ['Pneumothorax'], values: YES_NO },
      NDL: { columns: ['Nodule or mass'], values: YES_NO },
    },
  },
};

export const GOOGLE2019_COUNTS = { images: 4_376, test: 1_962, AP: 1_126, PA: 836 } as const;

/** Labels by image name; a finding that is absent or null is not replaced. */
export type Statements = ReadonlyMap<string, Readonly<Partial<Record<Finding, Label>>>>;

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
  const mappings = mappedFindings(labels, `overlays.${config.name}.labels`);
  const wanted = { image: [image], ...columnsOf(mappings.values()) };
  const statements = new Map<string, Partial<Record<Finding, Label>>>();
  for await (const { cells } of readRows(table, wanted, bad, config)) {
    const said = [...mappings].map(([finding, mapping]) => [finding, mapping.label(cells)]);
    statements.set(cells.image, Object.fromEntries(said) as Partial<Record<Finding, Label>>);
  }
  for (const mapping of mappings.values()) mapping.refuse(table.path);
  return statements;
}

/** The row with the labels that the overlay knows better, each marked with the overlay's name. */
export function overlaid(row: SourceRow, name: string, statements: Statements): SourceRow {
  const said = statements.get(row.imageId);
  const replaced = FINDINGS.filter((finding) => (said?.[finding] ?? null) !== null);
  if (!said || replaced.length === 0) return row;
  const labels = {
    ...row.labels,
    ...Object.fromEntries(replaced.map((finding) => [finding, said[finding]])),
  };
  return {
    ...row,
    labels,
    noFinding:
      row.noFinding === true && FINDINGS.some((finding) => labels[finding] === 1) ? false : row.noFinding,
    overlaid: { ...row.overlaid, ...Object.fromEntries(replaced.map((finding) => [finding, name])) },
  };
}
