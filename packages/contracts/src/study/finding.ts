/**
 * The findings of the study by default, as the RSNA 2025 abstract abbreviates them, in the order of all tables. A
 * pipeline.json may name others (its section `findings`): what comes after the catalog takes the catalog's.
 */
export const DEFAULT_TITLES = {
  CSN: 'consolidation',
  PTX: 'pneumothorax',
  NDL: 'nodule or mass',
  FIB: 'fibrosis',
  PEF: 'pleural effusion',
} as const;

export type DefaultFinding = keyof typeof DEFAULT_TITLES;

export const DEFAULT_FINDINGS = Object.keys(DEFAULT_TITLES) as readonly DefaultFinding[];

/** Code of a finding: capitals and digits, since it names columns, tables and files. */
export type Finding = string;

/** Presence of a finding: 1 present, 0 absent, null not known. A null is never a negative. */
export type Label = 0 | 1 | null;

/** Column of a finding where each finding has one: `label_csn`. */
export function labelColumn<Code extends Finding>(finding: Code): `label_${Lowercase<Code>}` {
  return `label_${finding.toLowerCase() as Lowercase<Code>}`;
}

/** Column of where a finding's label comes from: `label_set_csn`. */
export function labelSetColumn<Code extends Finding>(finding: Code): `label_set_${Lowercase<Code>}` {
  return `label_set_${finding.toLowerCase() as Lowercase<Code>}`;
}
