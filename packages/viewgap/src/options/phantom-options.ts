import {
  ConfigError,
  type PhantomConfig,
  phantomConfig,
  type SourceConfig,
  sourceConfig,
} from '@viewgap/contracts';
import type { Command } from 'commander';
import { LAYOUT_NAMES, layoutNamed } from './layout-names.ts';

/** The flags of `viewgap phantom` without a pipeline, as commander reads them. */
export interface PhantomOptions {
  readonly layout?: string;
  readonly out?: string;
  readonly images: string;
  readonly seed: string;
  readonly firstPatient: string;
  readonly size: string;
  readonly views: string;
  readonly apBlur: string;
  readonly apContrast: string;
  readonly broken: boolean;
  readonly vendor?: string;
  readonly bits?: string;
  readonly photometric?: string;
  readonly viewIn?: string;
  readonly missingViews?: string;
  readonly present: string;
  readonly absent: string;
}

/** Layouts that phantoms can take: those without a mapping, and two with the mapping below. */
const LAYOUTS = { ...LAYOUT_NAMES, 'dicom-folder': 'dicom-folder', 'png-folder': 'png-folder' } as const;

export function addPhantomOptions(command: Command): Command {
  return command
    .option('--layout <name>', `the data set's layout: ${Object.keys(LAYOUTS).join(', ')}`)
    .option('--out <folder>', 'where to write; nothing else may be there')
    .option('--images <number>', 'frontal films, beside the ambiguous and broken ones', '100')
    .option('--seed <number>', 'another seed, other patients', '0')
    .option(
      '--first-patient <number>',
      'number of the first patient: sets of one seed share those they both have',
      '0',
    )
    .option('--size <pixels>', 'longer edge of the films', '256')
    .option(
      '--views <kind>',
      'distinct: AP hearts are larger, and findings more frequent; or alike',
      'distinct',
    )
    .option('--ap-blur <px>', 'standard deviation of the blur of AP films, pixels', '1')
    .option('--ap-contrast <share>', 'contrast of AP films over that of PA films', '1')
    .option('--no-broken', 'without ambiguous and broken films and rows')
    .option('--vendor <name>', 'DICOM: Manufacturer')
    .option('--bits <number>', 'DICOM: bits stored, 8, 10, 12, 14 or 16')
    .option('--photometric <name>', 'DICOM: MONOCHROME1 or MONOCHROME2')
    .option('--view-in <element>', 'DICOM: ViewPosition, ViewCodeSequence or SeriesDescription')
    .option('--missing-views <share>', 'DICOM: films that do not say their view')
    .option('--present <text>', 'dicom-folder, png-folder: a finding in the label table', 'Y')
    .option('--absent <text>', 'its absence', 'N');
}

/** @throws ConfigError for values that a phantom does not take, all at once */
export function phantomConfigOf(options: PhantomOptions): PhantomConfig {
  const { vendor, bits, photometric, viewIn, missingViews } = options;
  const given = { vendor, bits: number(bits), photometric, viewIn, missingViews: number(missingViews) };
  const parsed = phantomConfig.safeParse({
    images: number(options.images),
    seed: number(options.seed),
    firstPatient: number(options.firstPatient),
    size: number(options.size),
    views: options.views,
    apBlur: number(options.apBlur),
    apContrast: number(options.apContrast),
    broken: options.broken,
    hospital: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  });
  if (parsed.success) return parsed.data;
  const flags = parsed.error.issues.map(
    ({ path, message }) => `--${flagOf(String(path.at(-1)))}: ${message}`,
  );
  throw new ConfigError('flags that phantom does not take', flags.join('; '), 'see viewgap phantom --help');
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

/** A key of the config as its flag writes it. */
function flagOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A source in this layout with nothing but defaults. Labels of the table are texts of the flags. */
export function layoutSource(
  name: string,
  { present, absent }: Pick<PhantomOptions, 'present' | 'absent'>,
): SourceConfig {
  const adapter = layoutNamed(name, LAYOUTS);
  const labels = Object.fromEntries(
    Object.entries(COLUMNS).map(([finding, column]) => [
      finding,
      { columns: [column], values: { [present]: 1, [absent]: 0, '': null } },
    ]),
  );
  const table = { table: 'labels.csv', mapping: { image: 'image', patient: 'patient', labels } };
  const idMap = { table: 'nih-names.csv', image: 'image', sameAs: 'nih' };
  return sourceConfig.parse({
    adapter,
    root: '.',
    ...(adapter === 'dicom-folder' ? { ...table, joinBy: 'AccessionNumber' } : {}),
    ...(adapter === 'png-folder' ? { ...table, public: true } : {}),
    ...(adapter === 'chestx-det' ? { idMap } : {}),
  });
}

const COLUMNS = {
  CSN: 'consolidation',
  PTX: 'pneumothorax',
  NDL: 'nodule',
  FIB: 'fibrosis',
  PEF: 'effusion',
} as const;
