/** The study's five findings by their codes, as the RSNA 2025 abstract abbreviates them, in the order of all tables. */
export const FINDING_NAMES = {
  CSN: 'consolidation',
  PTX: 'pneumothorax',
  NDL: 'nodule or mass',
  FIB: 'fibrosis',
  PEF: 'pleural effusion',
} as const;

/** Code of a finding. */
export type Finding = keyof typeof FINDING_NAMES;

export const FINDINGS = Object.keys(FINDING_NAMES) as readonly Finding[];

/** Presence of a finding: 1 present, 0 absent, null not known. A null is never a negative. */
export type Label = 0 | 1 | null;

export type Labels = Readonly<Record<Finding, Label>>;

/** Column of a finding in records.arrow and in the catalog: `label_csn`. */
export function labelColumn(finding: Finding): `label_${Lowercase<Finding>}` {
  return `label_${finding.toLowerCase() as Lowercase<Finding>}`;
}

/** Column of where a finding's label comes from: `label_set_csn`. */
export function labelSetColumn(finding: Finding): `label_set_${Lowercase<Finding>}` {
  return `label_set_${finding.toLowerCase() as Lowercase<Finding>}`;
}
