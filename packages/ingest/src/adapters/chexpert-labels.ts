import { LAYOUT_LABELS, type Label, type LayoutConfig } from '@viewgap/contracts';
import { asBoolean } from '../tables/labels.ts';
import type { Statement } from '../tables/rows/statement.ts';

/** The 14 observations: 1 present, 0 absent, -1 uncertain, blank not mentioned. Its tables have a column of each. */
export const CHEXPERT_LABELS = LAYOUT_LABELS.chexpert;

type Observation = (typeof CHEXPERT_LABELS)[number];
type Cells = Readonly<Record<Observation, string>>;

/** The columns that a table of these labels must have: where one is missing, blank would not be "not mentioned". */
export const CHEXPERT_COLUMNS = Object.fromEntries(CHEXPERT_LABELS.map((name) => [name, [name]])) as {
  readonly [name in Observation]: readonly string[];
} & object;

export type CheXpertPolicy = LayoutConfig<'chexpert'>['policy'];

const VALUES: Readonly<Record<string, 'present' | 'absent' | 'uncertain' | 'blank'>> = {
  '1.0': 'present',
  '1': 'present',
  '0.0': 'absent',
  '0': 'absent',
  '-1.0': 'uncertain',
  '-1': 'uncertain',
  '': 'blank',
};

/** Whether every cell holds a value that the labeller writes. */
export function areCheXpertValues(cells: Cells): boolean {
  return CHEXPERT_LABELS.every((name) => Object.hasOwn(VALUES, cells[name]));
}

/** What the cells say. Of devices and No Finding blank is "not mentioned", so not present, whatever the policy. */
export function cheXpertLabels(cells: Cells): {
  readonly labels: Statement;
  readonly noFinding: boolean | null;
  readonly supportDevices: boolean | null;
} {
  const those = (value: string) => CHEXPERT_LABELS.filter((name) => VALUES[cells[name]] === value);
  const plain = (text: string): Label => {
    const value = VALUES[text];
    return value === 'present' ? 1 : value === 'uncertain' ? null : 0;
  };
  return {
    labels: {
      present: those('present'),
      absent: those('absent'),
      uncertain: those('uncertain'),
      others: 'blank',
    },
    noFinding: asBoolean(plain(cells['No Finding'])),
    supportDevices: asBoolean(plain(cells['Support Devices'])),
  };
}
