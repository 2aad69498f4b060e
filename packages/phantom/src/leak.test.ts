import { join } from 'node:path';
import { catalogFacts, Store } from '@viewgap/artifacts';
import { DEFAULT_STUDY, silentProgress } from '@viewgap/contracts';
import { buildCatalog } from '@viewgap/ingest';
import { expect, test } from 'vitest';
import { CLOCK, ingest, phantomOf, sourceOf, temporaryFolder, textOf, write } from '../test/testing.ts';

/** The catalog of a training set and an external one whose first patient is that of a number. */
async function catalogOf(firstPatient: number) {
  const work = await temporaryFolder();
  const nih = sourceOf('nih-chestxray14', join(work, 'data/nih'));
  const detected = sourceOf('chestx-det', join(work, 'data/chestx-det'), { role: 'external' });
  await write(nih, phantomOf({ images: 30, seed: 1, broken: false }));
  await write(detected, phantomOf({ images: 8, seed: 1, firstPatient, broken: false }));
  await ingest(work, 'nih', nih);
  await ingest(work, 'chestx-det', detected);
  const building = buildCatalog({
    sources: { nih: join(work, 'nih'), 'chestx-det': join(work, 'chestx-det') },
    config: { seed: 0, splits: { train: 0.6, val: 0.15, test: 0.25 }, overlap: 'refuse', lookAlikes: true },
    findings: DEFAULT_STUDY,
    out: join(work, 'catalog'),
    store: new Store(join(work, 'store')),
    progress: silentProgress,
    clock: CLOCK,
    rebuild: () => '',
  });
  return { work, building };
}

test('external films that are training films under other names stop the pipeline, with the list', async () => {
  const { work, building } = await catalogOf(3);
  await expect(building).rejects.toThrow(
    /^an external set shares films or patients with a training set: chestx-det and nih: 8 films, .* film chestx-det\/\d+\.png = nih\/\d{8}_\d{3}\.png/,
  );
  const list = (await textOf(work, 'catalog', 'overlap.csv')).trim().split('\n');
  expect(list.filter((line) => line.startsWith('film,'))).toHaveLength(8);
});

test('external films of other patients pass the gate, and the catalog knows that all is synthetic', async () => {
  const { building } = await catalogOf(1000);
  const artifact = await building;
  expect(artifact.manifest.counts).toMatchObject({ images: 38 });
  expect(catalogFacts(artifact, '').sources).toEqual({
    nih: { role: 'train', synthetic: true },
    'chestx-det': { role: 'external', synthetic: true },
  });
});
