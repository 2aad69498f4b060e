import { UserError } from '@viewgap/contracts';
import type { Study } from './study.ts';

/** Which labels of a finding any data set has. */
interface Known {
  readonly finding: string;
  readonly positive: boolean;
  readonly negative: boolean;
  /** whether one data set has both: an AUROC needs them side by side */
  readonly both: boolean;
}

const CURE =
  'name their columns in `mapping.labels` of a source in pipeline.json and ingest again, or give tables whose labels are 1 and 0';

/**
 * Checks that there is something to estimate, before anything is computed.
 * @param asked the findings that the user named; null: none, so all that were scored are taken
 * @returns warnings of findings that will be n/a everywhere, a line each
 * @throws UserError where a finding that was asked for has no known label, and where no finding has both classes
 */
export function checkLabels(study: Study, asked: readonly string[] | null): string[] {
  const all = study.findings.map((_, f) => knownLabels(study, f));
  const unknown = all.filter(({ positive, negative }) => !positive && !negative);
  const lone = all.filter(({ positive, negative, both }) => (positive || negative) && !both);
  if (asked !== null && unknown.length > 0) {
    throw new UserError(
      'these findings have no known label in any data set',
      listed(unknown),
      `${CURE}, or leave them out of evaluate.findings`,
    );
  }
  const lacks = [
    ...(unknown.length > 0 ? [`no known label of ${listed(unknown)} in any data set`] : []),
    ...(lone.length > 0 ? [`one class only of ${lone.map(withClass).join(', ')} in every data set`] : []),
  ];
  if (unknown.length + lone.length === all.length) {
    throw new UserError('no finding has both classes', lacks.join('; '), CURE);
  }
  return lacks.map((lack) => `${lack}: n/a in every table`);
}

function knownLabels({ datasets, findings }: Study, f: number): Known {
  const has = datasets.map(({ labels }) => [1, 0].map((label) => labels[f]?.includes(label) ?? false));
  return {
    finding: findings[f] as string,
    positive: has.some(([positive]) => positive),
    negative: has.some(([, negative]) => negative),
    both: has.some(([positive, negative]) => positive && negative),
  };
}

function withClass({ finding, positive, negative }: Known): string {
  if (positive && negative) return `${finding} (each data set has another)`;
  return `${finding} (no ${positive ? 'negative' : 'positive'})`;
}

function listed(all: readonly Known[]): string {
  return all.map(({ finding }) => finding).join(', ');
}
