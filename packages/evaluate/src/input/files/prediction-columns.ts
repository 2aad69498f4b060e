import { basename } from 'node:path';
import { ConfigError, nearestName, UserError } from '@viewgap/contracts';
import { IMAGE_TEXTS } from '../../study/study.ts';

/** Columns that every table needs; one that a constant fills, or that another file holds, may be absent. */
const NEEDED = ['dataset', 'image_id', 'patient_id', 'view', 'model', 'finding', 'label', 'score'] as const;

const OPTIONAL = [
  'seed',
  'split',
  'age_years',
  'label_set',
  'width',
  'height',
  'view_probe_score',
  ...IMAGE_TEXTS,
] as const;

/** The columns of the predictions table, in architecture's words. */
export const COLUMNS: readonly string[] = [...NEEDED, ...OPTIONAL];

/** How a stranger's files hold what the predictions table holds. */
export interface InputLayout {
  /** our column -> theirs */
  readonly map: Readonly<Record<string, string>>;
  /** our column -> the value of every row */
  readonly constants: Readonly<Record<string, string>>;
  /** one column of scores a finding, `{finding}` standing for its name, as `prob_{finding}`; null: long tables */
  readonly wide: string | null;
  /** of wide tables: columns of labels, as `label_{finding}` */
  readonly wideLabels: string;
  /** of wide tables: a column that lists the findings present, as `a|b` or `['a', 'b']`; takes the place of wideLabels */
  readonly labelList: string | null;
  /** a table of labels and of other columns of the images, joined by image_id (and dataset, where both have it) */
  readonly labels: string | null;
  /** of text tables that are neither UTF-8 nor marked as UTF-16: CP949, CP1252, ... */
  readonly encoding?: string | undefined;
  /** of workbooks: the name of a sheet, or its number, from 1 */
  readonly sheet?: string | number | undefined;
  /** of text tables and workbooks: the line of the header, from 1 */
  readonly headerRow?: number | undefined;
  /** `patient`, `image`, or the name of a column: what the standard errors are clustered by */
  readonly cluster: string;
  /** columns of the images whose values are compared, by their own names or ours */
  readonly groups?: readonly string[];
}

/** The predictions table as the pipeline writes it. */
export const LONG: InputLayout = {
  map: {},
  constants: {},
  wide: null,
  wideLabels: '{finding}',
  labelList: null,
  labels: null,
  cluster: 'patient',
};

/** @throws ConfigError for a name that is no column, and a pattern without its placeholder */
export function checkLayout(layout: InputLayout): void {
  for (const name of [...Object.keys(layout.map), ...Object.keys(layout.constants)]) {
    if (!COLUMNS.includes(name)) {
      throw new ConfigError('no column of the predictions table', name, nearestName(name, COLUMNS));
    }
  }
  for (const pattern of [layout.wide, layout.wide === null ? null : layout.wideLabels]) {
    if (pattern !== null && pattern.split('{finding}').length !== 2) {
      throw new ConfigError('a pattern needs {finding} once', pattern, 'write it as prob_{finding}');
    }
  }
}

/** Name of a file's column for one of ours. */
export function theirName({ map }: InputLayout, name: string): string {
  return map[name] ?? name;
}

/**
 * @param names columns of the file and of the labels beside it
 * @throws UserError for the first column that is missing, with the nearest one of the file
 */
export function checkColumns(names: readonly string[], path: string, layout: InputLayout = LONG): void {
  const wide = new Set<string>(layout.wide === null ? [] : ['finding', 'label', 'score']);
  const needed = NEEDED.filter((name) => !wide.has(name) && layout.constants[name] === undefined)
    .filter((name) => name !== 'patient_id' || layout.cluster === 'patient')
    .map((name) => theirName(layout, name));
  const clusters = ['patient', 'image'].includes(layout.cluster) ? [] : [layout.cluster];
  const mapped = Object.values(layout.map);
  const missing = [...needed, ...clusters, ...groupNames(layout), ...mapped].find(
    (name) => !names.includes(name),
  );
  if (missing === undefined) return;
  throw new UserError(`no column ${missing}`, basename(path), nearestColumn(missing, names));
}

/** What the file calls each column of the groups. */
export function groupNames(layout: InputLayout): string[] {
  return (layout.groups ?? []).map((name) => theirName(layout, name));
}

/** The nearest name of a header; a first line of values is none, and is not quoted. */
export function nearestColumn(name: string, header: readonly string[]): string {
  return header.some((cell) => cell !== '' && Number.isFinite(Number(cell.replace(',', '.'))))
    ? 'its first line must name the columns'
    : nearestName(name, header).replace(/^known:/, 'the file has');
}

/** The findings that a wide table has scores of. @throws UserError where no column fits the pattern */
export function wideFindings(pattern: string, names: readonly string[], path: string): string[] {
  const [before = '', after = ''] = pattern.split('{finding}');
  const found = names
    .filter((name) => name.startsWith(before) && name.endsWith(after))
    .map((name) => name.slice(before.length, name.length - after.length))
    .filter((finding) => finding !== '');
  if (found.length === 0) {
    throw new UserError(`no column like ${pattern}`, basename(path), nearestColumn(pattern, names));
  }
  return found;
}

/** The column of a finding: `prob_{finding}` of PTX is `prob_PTX`. */
export function columnOf(pattern: string, finding: string): string {
  return pattern.split('{finding}').join(finding);
}

/** Columns that are read where a file has them, but those of a finding. */
export function namedColumns(layout: InputLayout): string[] {
  const { labelList, cluster } = layout;
  const clusters = ['patient', 'image'].includes(cluster) ? [] : [cluster];
  return [
    ...COLUMNS.map((ours) => theirName(layout, ours)),
    ...clusters,
    ...groupNames(layout),
    ...(labelList === null ? [] : [labelList]),
  ];
}

/** Whether a column of this name is read. */
export function isUsed(layout: InputLayout, name: string): boolean {
  const { wide, wideLabels } = layout;
  const patterns = [wide, wide === null ? null : wideLabels].filter((pattern) => pattern !== null);
  const fits = (pattern: string) => {
    const [before = '', after = ''] = pattern.split('{finding}');
    return name.startsWith(before) && name.endsWith(after) && name.length > before.length + after.length;
  };
  return (
    namedColumns(layout).includes(name) ||
    patterns.some((pattern) => pattern !== '{finding}' && fits(pattern))
  );
}
