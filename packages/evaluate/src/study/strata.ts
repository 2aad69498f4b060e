import type { Codes, Dataset } from './study.ts';

/** A partition of a data set's images by one property; `code` is -1 where it is not known. */
export interface Stratification {
  readonly by: string;
  readonly names: readonly string[];
  readonly code: Int32Array;
}

/** Upper ends of the age bands, in years: quarters of NIH's patients, roughly. */
const AGES = [35, 50, 65];
const AGE_NAMES = ['under 35', '35 to 49', '50 to 64', '65 and over'];

/**
 * The finest partition by all of the given ones; its strata are named `35 to 49, F`. An image that one of them does not
 * know is in none.
 */
export function crossed(each: readonly Stratification[], images: number): Stratification {
  let names: readonly string[] = [''];
  let code = new Int32Array(images);
  for (const one of each) {
    names = names.flatMap((name) => one.names.map((other) => (name === '' ? other : `${name}, ${other}`)));
    code = code.map((before, i) => {
      const own = one.code[i] as number;
      return before === -1 || own === -1 ? -1 : before * one.names.length + own;
    });
  }
  return { by: each.map(({ by }) => by).join(' x '), names, code };
}

/** The partitions by age, sex and source that a data set allows: those with more than one stratum. */
export function strataOf({ age, texts, images }: Dataset): Stratification[] {
  const all: Stratification[] = [];
  if (age !== null) {
    const code = Int32Array.from({ length: images }, (_, i) => bandOf(age[i] as number));
    all.push({ by: 'age', names: AGE_NAMES, code });
  }
  for (const by of ['sex', 'source'] as const) {
    const codes: Codes | undefined = texts[by];
    if (codes !== undefined) all.push({ by, ...codes });
  }
  return all.map(withoutEmpty).filter(({ names }) => names.length > 1);
}

function bandOf(age: number): number {
  if (Number.isNaN(age)) return -1;
  const band = AGES.findIndex((end) => age < end);
  return band === -1 ? AGES.length : band;
}

/** Without the strata that no image is in; strata stand by name, ages as they go. */
export function withoutEmpty({ by, names, code }: Stratification): Stratification {
  const used = names.map((_, s) => code.includes(s));
  const kept = names.filter((_, s) => used[s]);
  const order = [...kept].sort();
  const sorted = by === 'age' ? kept : order;
  const next = names.map((name, s) => (used[s] ? sorted.indexOf(name) : -1));
  return { by, names: sorted, code: code.map((s) => (s === -1 ? -1 : (next[s] as number))) };
}
