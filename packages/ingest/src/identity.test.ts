import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalPatients, type Identified, repeatedImages, splitOfPatient } from './identity.ts';

const image = (
  image_id: string,
  patient_id: string,
  file: string,
  pixels = file,
  source = 'a',
): Identified => ({
  source,
  image_id,
  patient_id,
  file_sha256: file,
  pixel_sha256: pixels,
});

describe('canonical patients', () => {
  test('are themselves where nobody shares an image', () => {
    const canonical = canonicalPatients([image('1', 'nih:1', 'f1'), image('2', 'nih:2', 'f2')]);
    expect(Object.fromEntries(canonical)).toEqual({ 'nih:1': 'nih:1', 'nih:2': 'nih:2' });
  });

  test('are the smallest id of all who share a file or pixels, also through others and across sources', () => {
    const canonical = canonicalPatients([
      image('1', 'nih:4', 'f1', 'p1'),
      image('2', 'nih:3', 'f2', 'p1'),
      image('3', 'nih:3', 'f3', 'p3'),
      image('1', 'x:9', 'f3', 'p4', 'x'),
      image('2', 'x:8', 'f5', 'p5', 'x'),
    ]);
    expect(Object.fromEntries(canonical)).toEqual({
      'nih:4': 'nih:3',
      'nih:3': 'nih:3',
      'x:9': 'nih:3',
      'x:8': 'x:8',
    });
  });

  const images = fc.array(
    fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)).map(([p, f, x]) => image(`${p}`, `p:${p}`, `f${f}`, `x${x}`)),
  );

  test('do not depend on the order of the images', () => {
    fc.assert(
      fc.property(images, (all) => {
        const sorted = (map: Map<string, string>) => [...map].sort();
        expect(sorted(canonicalPatients(all.toReversed()))).toEqual(sorted(canonicalPatients(all)));
      }),
    );
  });

  test('are the same for any two images with one file or the same pixels, and are the smallest of their own', () => {
    fc.assert(
      fc.property(images, (all) => {
        const canonical = canonicalPatients(all);
        for (const a of all) {
          expect((canonical.get(a.patient_id) as string) <= a.patient_id).toBe(true);
          for (const b of all) {
            if (a.file_sha256 === b.file_sha256 || a.pixel_sha256 === b.pixel_sha256) {
              expect(canonical.get(a.patient_id)).toBe(canonical.get(b.patient_id));
            }
          }
        }
      }),
    );
  });
});

test('an image that repeats an earlier one is found by its file or by its pixels', () => {
  const [one, two, three, four] = [
    image('1', 'p', 'f1', 'p1'),
    image('2', 'p', 'f2', 'p1'),
    image('3', 'p', 'f1', 'p1'),
    image('4', 'p', 'f4', 'p4'),
  ] as const;
  expect([...repeatedImages([one, two, three, four])]).toEqual([
    [two, one],
    [three, one],
  ]);
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
});
