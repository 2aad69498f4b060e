import {
  ConfigError,
  type PhantomConfig,
  phantomConfig,
  type SourceConfig,
  sourceConfig,
} from '@viewgap/contracts';
import { layoutNamed } from '../options/layout-names.ts';
import { PHANTOM_LAYOUTS } from '../options/phantom-options.ts';

/** What the flags of `viewgap phantom` say of a phantom without a pipeline. */
export interface PhantomValues {
  readonly images: number;
  readonly seed: number;
  readonly firstPatient: number;
  readonly size: number;
  readonly views: string;
  readonly apBlur: number;
  readonly apContrast: number;
  readonly broken: boolean;
  readonly vendor?: string;
  readonly bits?: string;
  readonly photometric?: string;
  readonly viewIn?: string;
  readonly missingViews?: number;
  readonly present: string;
  readonly absent: string;
}

/** @throws ConfigError for values that a phantom does not take, all at once */
export function phantomConfigOf(values: PhantomValues): PhantomConfig {
  const { vendor, bits, photometric, viewIn, missingViews } = values;
  const given = {
    vendor,
    bits: bits === undefined ? undefined : Number(bits),
    photometric,
    viewIn,
    missingViews,
  };
  const parsed = phantomConfig.safeParse({
    images: values.images,
    seed: values.seed,
    firstPatient: values.firstPatient,
    size: values.size,
    views: values.views,
    apBlur: values.apBlur,
    apContrast: values.apContrast,
    broken: values.broken,
    hospital: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  });
  if (parsed.success) return parsed.data;
  const flags = parsed.error.issues.map(
    ({ path, message }) => `--${flagOf(String(path.at(-1)))}: ${message}`,
  );
  throw new ConfigError('phantom does not take these flags', flags.join('; '), 'see viewgap phantom --help');
}

/** A key of the config as its flag writes it. */
function flagOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A source in this layout with nothing but defaults. Labels of the table are texts of the flags. */
export function layoutSource(
  name: string,
  { present, absent }: Pick<PhantomValues, 'present' | 'absent'>,
): SourceConfig {
  const adapter = layoutNamed(name, PHANTOM_LAYOUTS);
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
