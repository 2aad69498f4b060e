import { inNote } from '../study/note-name.ts';
import { average, type Contrast, type Contrasts, missing } from './estimates.ts';
import { type Reading, rarerClass } from './reading.ts';

/**
 * The findings of the primary tests: those with at least `minimum` patients with and without the finding in AP and in
 * PA. They are chosen by labels alone, before any score is looked at, and are the same in every primary test.
 */
export function primaryFindings(contrasts: Contrasts, minimum: number, reading: Reading): string[] {
  return contrasts.findings.filter((finding) =>
    (['AP', 'PA'] as const).every((view) => rarerClass(contrasts.counts(finding, view), reading) >= minimum),
  );
}

/** The mean over exactly these findings: missing where one of them is. */
export function meanOfFindings(
  findings: readonly string[],
  minimum: number,
): (of: (finding: string) => Contrast) => Contrast {
  return (of) => {
    const each = findings.map((finding) => ({ finding, contrast: of(finding) }));
    const absent = each.filter(({ contrast }) => contrast.estimate === null);
    if (each.length === 0)
      return missing(`no finding has ${minimum} patients with it and ${minimum} without in each view`);
    if (absent.length > 0) {
      const names = absent.map(({ finding }) => inNote(finding)).join(', ');
      return missing(`of the primary findings cannot be estimated: ${names}`);
    }
    return average(each.map(({ contrast }) => contrast));
  };
}
