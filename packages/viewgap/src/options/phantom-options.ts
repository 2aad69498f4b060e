import type { PhantomConfig } from '@viewgap/contracts';
import { type Command, Option } from 'commander';
import { LAYOUT_NAMES } from './layout-names.ts';
import { anyNumber, wholeNumber } from './values.ts';

/** Layouts that phantoms can take: those without a mapping, and two with one of their own. */
export const PHANTOM_LAYOUTS = {
  ...LAYOUT_NAMES,
  'dicom-folder': 'dicom-folder',
  'png-folder': 'png-folder',
} as const;

type Hospital = PhantomConfig['hospital'];

const VIEWS: Readonly<Record<PhantomConfig['views'], true>> = { distinct: true, alike: true };
const BITS: Readonly<Record<Hospital['bits'], true>> = { 8: true, 10: true, 12: true, 14: true, 16: true };
const PHOTOMETRIC: Readonly<Record<Hospital['photometric'], true>> = { MONOCHROME1: true, MONOCHROME2: true };
const VIEW_IN: Readonly<Record<Hospital['viewIn'], true>> = {
  ViewPosition: true,
  ViewCodeSequence: true,
  SeriesDescription: true,
};

export function addPhantomOptions(command: Command): Command {
  for (const option of phantomOptions()) command.addOption(option.conflicts('pipeline'));
  return command;
}

/** Each of these is the section `phantom` of a source of pipeline.json where there is one. */
function phantomOptions(): Option[] {
  const option = (flags: string, description: string) => new Option(flags, description);
  const count = (flags: string, description: string, byDefault: number) =>
    option(flags, description).argParser(wholeNumber(0)).default(byDefault);
  const oneOf = (flags: string, description: string, values: Readonly<Record<string, true>>) =>
    option(flags, description).choices(Object.keys(values));
  return [
    option('--layout <name>', `the data set's layout: ${Object.keys(PHANTOM_LAYOUTS).join(', ')}`),
    option('--out <folder>', 'where to write; nothing else may be there'),
    count('--images <number>', 'frontal films, beside the ambiguous and broken ones', 100),
    count('--seed <number>', 'another seed, other patients', 0),
    count(
      '--first-patient <number>',
      'number of the first patient: sets of one seed share those they both have',
      0,
    ),
    count('--size <pixels>', 'longer edge of the films', 256),
    oneOf(
      '--views <kind>',
      'distinct: AP hearts are larger, and findings more frequent; or alike',
      VIEWS,
    ).default('distinct'),
    option('--ap-blur <px>', 'standard deviation of the blur of AP films, pixels')
      .argParser(anyNumber)
      .default(1),
    option('--ap-contrast <share>', 'contrast of AP films over that of PA films')
      .argParser(anyNumber)
      .default(1),
    option('--no-broken', 'without ambiguous and broken films and rows'),
    option('--vendor <name>', 'DICOM: Manufacturer'),
    oneOf('--bits <number>', 'DICOM: bits stored', BITS),
    oneOf('--photometric <name>', 'DICOM: which end of the values is white', PHOTOMETRIC),
    oneOf('--view-in <element>', 'DICOM: where films say their view', VIEW_IN),
    option('--missing-views <share>', 'DICOM: films that do not say their view').argParser(anyNumber),
    option('--present <text>', 'dicom-folder, png-folder: a finding in the label table').default('Y'),
    option('--absent <text>', 'its absence').default('N'),
  ];
}
