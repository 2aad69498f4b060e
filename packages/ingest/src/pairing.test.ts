import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SourceRow } from './adapter.ts';
import { pairImages } from './pairing.ts';

const imageId = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const file = (path: string) => ({ path, size: 1, mtimeMs: 1 });
const row = (ref: string, id: string) => ({ ref, imageId: id }) as SourceRow;

test('each file finds its row; what finds none, or comes second, has a reason', () => {
  const images = ['images/a.png', 'images/b.png', 'images_001/a.png'].map(file);
  const rows = [row('t:2', 'a.png'), row('t:3', 'c.png'), row('t:4', 'a.png')];
  const bad = [{ ref: 't:5', detail: 'no patient' }];
  const { pairs, quarantined } = pairImages(images, { rows, bad }, imageId);
  expect(pairs).toEqual([{ file: images[0], row: rows[0] }]);
  expect(quarantined).toEqual([
    { ref: 't:5', reason: 'bad-row', detail: 'no patient' },
    { ref: 't:4', reason: 'duplicate-row', detail: 'after t:2' },
    { ref: 'images/b.png', reason: 'no-label-row', detail: '' },
    { ref: 'images_001/a.png', reason: 'duplicate-file', detail: 'after images/a.png' },
    { ref: 't:3', reason: 'no-image', detail: 'c.png' },
  ]);
});

test('nothing is lost and nothing is counted twice, whatever the names', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('x', 'y'), name)),
      fc.array(name),
      fc.nat(3),
      (files, ids, n) => {
        const images = [...new Set(files.map(([folder, id]) => `${folder}/${id}`))].map(file);
        const rows = ids.map((id, i) => row(`t:${i}`, id));
        const bad = Array.from({ length: n }, (_, i) => ({ ref: `bad:${i}`, detail: '' }));
        const { pairs, quarantined } = pairImages(images, { rows, bad }, imageId);
        const out = [
          ...pairs.flatMap((pair) => [pair.file.path, pair.row.ref]),
          ...quarantined.map(({ ref }) => ref),
        ];
        const all = [
          ...images.map(({ path }) => path),
          ...rows.map(({ ref }) => ref),
          ...bad.map(({ ref }) => ref),
        ];
        expect(out.sort()).toEqual(all.sort());
      },
    ),
  );
});
