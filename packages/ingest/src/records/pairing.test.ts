import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ListedFile } from '../files/tree/listed-file.ts';
import type { SourceRow } from '../tables/rows/adapter.ts';
import { groupBy, namesakesAmong, pairImages } from './pairing.ts';

const imageId = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const named = (files: readonly ListedFile[]) => groupBy(files, ({ path }) => imageId(path));
const file = (path: string) => ({ path, size: 1, mtimeMs: 1 });
const row = (ref: string, id: string, patientId = 'P') => ({ ref, imageId: id, patientId }) as SourceRow;

const copies = new Map([
  ['images/a.png', 'one'],
  ['images_001/a.png', 'one'],
]);

test('each file finds its row; what finds none, or repeats another, has a reason', () => {
  const images = ['images/a.png', 'images/b.png', 'images_001/a.png'].map(file);
  const rows = [row('t:2', 'a.png'), row('t:3', 'c.png'), row('t:4', 'a.png')];
  const bad = [{ ref: 't:5', detail: 'no patient' }];
  const { pairs, quarantined, matched } = pairImages(named(images), { rows, bad }, { hashes: copies });
  expect(pairs).toEqual([{ file: images[0], row: rows[0] }]);
  expect(matched).toBe(1);
  expect(quarantined).toEqual([
    { ref: 't:5', reason: 'bad-row', detail: 'no patient' },
    { ref: 'images_001/a.png', reason: 'duplicate-file', detail: 'after images/a.png' },
    { ref: 't:4', reason: 'duplicate-row', detail: 'after t:2' },
    { ref: 'images/b.png', reason: 'no-label-row', detail: '' },
    { ref: 't:3', reason: 'no-image', detail: 'c.png' },
  ]);
});

describe('a film never gets the label of another', () => {
  const images = ['PAT_A/IM0001.png', 'PAT_B/IM0001.png'].map(file);
  const rows = [row('t:2', 'IM0001.png', 'B'), row('t:3', 'IM0001.png', 'A')];

  test('files of one name that differ are set aside, and so are the rows of that name', () => {
    const hashes = new Map(images.map(({ path }) => [path, `hash of ${path}`]));
    const cure = '"imageIs": "path" tells them apart';
    const { pairs, matched, quarantined } = pairImages(named(images), { rows, bad: [] }, { hashes, cure });
    expect([pairs, matched]).toEqual([[], 0]);
    const detail = '2 different files have this name: "imageIs": "path" tells them apart';
    expect(quarantined).toEqual(
      [...images.map(({ path }) => path), 't:2', 't:3'].map((ref) => ({
        ref,
        reason: 'ambiguous-file',
        detail,
      })),
    );
  });

  test('files of one name count as different until their hashes say otherwise', () => {
    const { pairs } = pairImages(named(images), { rows: rows.slice(0, 1), bad: [] });
    expect(pairs).toEqual([]);
    expect(namesakesAmong(named([...images, file('c.png')]))).toEqual(images);
  });

  test('rows of one film that contradict each other are set aside, and the film with them', () => {
    const { pairs, quarantined } = pairImages(named(images.slice(0, 1)), { rows, bad: [] });
    expect(pairs).toEqual([]);
    const detail = '2 rows that differ: t:2, t:3';
    expect(quarantined).toEqual(
      ['t:2', 't:3', 'PAT_A/IM0001.png'].map((ref) => ({ ref, reason: 'contradictory-row', detail })),
    );
  });
});

test('a file without permission is set aside with its row, as one input', () => {
  const denied = { ...file('a.png'), denied: 'permission' } as const;
  const { pairs, matched, quarantined } = pairImages(named([denied]), {
    rows: [row('t:2', 'a.png')],
    bad: [],
  });
  expect([pairs, matched]).toEqual([[], 1]);
  expect(quarantined).toEqual([{ ref: 'a.png', reason: 'unreadable', detail: 'no permission to read it' }]);
});

test('nothing is lost and nothing is counted twice, whatever the names', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const patient = fc.constantFrom('P', 'Q');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('x', 'y'), name, fc.boolean())),
      fc.array(fc.tuple(name, patient)),
      fc.nat(3),
      fc.boolean(),
      (files, told, n, same) => {
        const paths = new Map(files.map(([folder, id, denied]) => [`${folder}/${id}`, denied]));
        const images = [...paths].map(([path, denied]) =>
          denied ? { ...file(path), denied: 'permission' as const } : file(path),
        );
        const rows = told.map(([id, patientId], i) => row(`t:${i}`, id, patientId));
        const bad = Array.from({ length: n }, (_, i) => ({ ref: `bad:${i}`, detail: '' }));
        const hashes = new Map(images.map(({ path }) => [path, same ? 'one' : path]));
        const { pairs, matched, quarantined } = pairImages(named(images), { rows, bad }, { hashes });
        expect(images.length + rows.length + n - matched).toBe(pairs.length + quarantined.length);
        const inputs = [...images.map(({ path }) => path), ...rows.map(({ ref }) => ref)];
        const out = [
          ...pairs.flatMap((pair) => [pair.file.path, pair.row.ref]),
          ...quarantined.map(({ ref }) => ref),
        ];
        expect(new Set(out).size).toBe(out.length);
        const unpaired = inputs.filter((ref) => !out.includes(ref));
        // Only the row of an image that is not used is not listed: the two are one input.
        expect(unpaired.every((ref) => ref.startsWith('t:'))).toBe(true);
        expect(unpaired.length).toBe(matched - pairs.length);
      },
    ),
  );
});
