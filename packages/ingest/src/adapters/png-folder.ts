import { type LayoutConfig, UserError } from '@viewgap/contracts';
import type { Adapter, BadRow, ParsedTable, SourceRow, SourceTable } from '../adapter.ts';
import { parseAge } from '../age.ts';
import { baseName, isImageFile, isInnerPath, isVisible, stem } from '../file-name.ts';
import { asBoolean, labelsFrom, UnknownNames } from '../labels.ts';
import { columnsOf, MappedLabel, mappedFindings, readRows } from '../mapped-table.ts';

type Options = Pick<LayoutConfig<'png-folder'>, 'table' | 'mapping' | 'title' | 'labelSet' | 'public'>;

/** Images anywhere below the root and one table of any columns: for everything that has no adapter of its own. */
export function pngFolder(options: Options): Adapter {
  const { table, mapping, title } = options;
  const imageId = { path: (path: string) => path, name: baseName, stem }[mapping.imageIs];
  return {
    name: 'png-folder',
    title,
    citation: '',
    patientNamespace: null,
    publicIds: options.public,
    expects: `${table}, and images in any folder`,
    enters: isVisible,
    isTable: (path) => path === table,
    isImage: (path) => isImageFile(path) && isVisible(path),
    imageId,
    parse: (tables) => parse(tables, options),
  };
}

const OPTIONAL = ['patient', 'study', 'view', 'age', 'sex'] as const;

async function parse(
  tables: readonly SourceTable[],
  { table, mapping, labelSet }: Options,
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
