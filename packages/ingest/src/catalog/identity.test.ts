import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalPatients, type Link, splitOfPatient } from './identity.ts';

describe('canonical patients', () => {
  test('are the smallest id of all who are linked, also through others', () => {
    const canonical = canonicalPatients([
      ['nih:4', 'nih:3'],
      ['x:9', 'nih:4'],
      ['x:8', 'y:1'],
    ]);
    expect(Object.fromEntries(canonical)).toEqual({
      'nih:3': 'nih:3',
      'nih:4': 'nih:3',
      'x:9': 'nih:3',
      'x:8': 'x:8',
      'y:1': 'x:8',
    });
  });

  const patient = fc.nat(12).map((n) => `p:${n}`);
  const links = fc.array(fc.tuple(patient, patient));

  test('do not depend on the order of the links', () => {
    fc.assert(
      fc.property(links, (all: readonly Link[]) => {
        const sorted = (map: Map<string, string>) => [...map].sort();
        expect(sorted(canonicalPatients(all.toReversed()))).toEqual(sorted(canonicalPatients(all)));
      }),
    );
  });

  test('are the same for the ends of a link, one of the linked, and the smallest of them', () => {
    fc.assert(
      fc.property(links, (all: readonly Link[]) => {
        const canonical = canonicalPatients(all);
        for (const [a, b] of all) expect(canonical.get(a)).toBe(canonical.get(b));
        for (const [one, is] of canonical) {
          expect(is <= one).toBe(true);
          expect(canonical.get(is)).toBe(is);
        }
      }),
    );
  });
});

describe('the split of a patient', () => {
  const splits = { train: 0.6, val: 0.15, test: 0.25 };
  const patients = Array.from({ length: 20_000 }, (_, i) => `nih:${String(i).padStart(8, '0')}`);

  test('has the shares asked for', () => {
    const counts = { train: 0, val: 0, test: 0 };
    for (const patient of patients) counts[splitOfPatient(patient, { seed: 0, splits })]++;
    // four standard errors of a binomial share at n = 20,000
    expect(Math.abs(counts.train / 20_000 - 0.6)).toBeLessThan(0.014);
    expect(Math.abs(counts.val / 20_000 - 0.15)).toBeLessThan(0.01);
  });

  test('depends on patient and seed alone', () => {
    const of = (seed: number) =>
      patients.slice(0, 200).map((patient) => splitOfPatient(patient, { seed, splits }));
    expect(of(0)).toEqual(of(0));
    expect(of(1)).not.toEqual(of(0));
  });

  test('never falls into a share of nothing', () => {
    const all = { train: 1, val: 0, test: 0 };
    expect(new Set(patients.map((patient) => splitOfPatient(patient, { seed: 3, splits: all })))).toEqual(
      new Set(['train']),
    );
  });

  test('is the official one, and `train-val` stays out of test', () => {
    const config = { seed: 0, splits };
    for (const official of ['train', 'val', 'test'] as const) {
      expect(splitOfPatient('nih:1', config, official)).toBe(official);
    }
    const counts = { train: 0, val: 0, test: 0 };
    for (const one of patients) counts[splitOfPatient(one, config, 'train-val')]++;
    expect(counts.test).toBe(0);
    // .6 of .75; four standard errors
    expect(Math.abs(counts.train / 20_000 - 0.8)).toBeLessThan(0.012);
  });
});
