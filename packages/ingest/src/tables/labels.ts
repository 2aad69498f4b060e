import { type Label, nearestName, UserError } from '@viewgap/contracts';

/** Several statements on one thing: one 1 is enough; without it a null leaves it open. */
export function anyLabel(labels: readonly Label[]): Label {
  if (labels.includes(1)) return 1;
  return labels.length === 0 || labels.includes(null) ? null : 0;
}

export function asBoolean(label: Label): boolean | null {
  return label === null ? null : label === 1;
}

/** Names in a table that nobody knows, with the number of their rows: collected, then refused all at once. */
export class UnknownNames {
  private readonly counts = new Map<string, number>();

  constructor(
    /** `finding labels` */
    private readonly what: string,
    private readonly known: readonly string[],
  ) {}

  add(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** @throws UserError where there were any */
  refuse(path: string): void {
    if (this.counts.size === 0) return;
    const names = [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1));
    const list = names
      .slice(0, SHOWN)
      .map(([name, count]) => `"${name.slice(0, 60)}" (${count} rows; ${nearestName(name, this.known)})`);
    const more = names.length > SHOWN ? `, and ${names.length - SHOWN} more` : '';
    throw new UserError(
      `unknown ${this.what} in ${path}`,
      list.join(', ') + more,
      'correct them in the table',
    );
  }
}

const SHOWN = 20;
