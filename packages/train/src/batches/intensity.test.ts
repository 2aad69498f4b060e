import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Store, trainFacts } from '@viewgap/artifacts';
import { modelConfig, silentProgress, trainConfig } from '@viewgap/contracts';
import { defaultCacheDir, type Engine, startEngine, tf } from '@viewgap/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantedCatalog, SIZE } from '../../test/planted-catalog.ts';
import { type LabelledImage, labelledImages } from '../catalog/read-images.ts';
import { trainModel } from '../fit/train.ts';
import { createModel } from '../model/model.ts';
import { Scorer } from '../model/scorer.ts';
import { restoreWeights } from '../model/weights.ts';
import { type ImageLoaders, startImageLoaders } from '../pixels/image-feed.ts';
import { ShardImages } from '../pixels/shard-images.ts';
import { greysOf, sourceGreys } from './intensity.ts';

const BY_SOURCE = { normalise: 'source' } as const;
let folder: string;
let engine: Engine;
let images: LabelledImage[];
let loaders: ImageLoaders;
let shards: ShardImages;
let store: Store;

beforeAll(async () => {
  engine = await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
  folder = await mkdtemp(join(tmpdir(), 'viewgap-greys-'));
  const planted = await plantedCatalog(folder, 48);
  store = planted.store;
  images = [...(await labelledImages(join(planted.catalog, 'catalog.duckdb'), ['train']))];
  loaders = startImageLoaders(store, SIZE);
  shards = new ShardImages(store, SIZE);
});
afterAll(async () => {
  await loaders.close();
  await rm(folder, { recursive: true, force: true });
});

const from = (source: string, image: LabelledImage | undefined) => ({ ...(image as LabelledImage), source });

/** By definition, of all pixels of some films that are not black. */
async function reference(films: readonly LabelledImage[]) {
  const greys = (await Promise.all(films.map((film) => shards.pixels(film)))).flatMap((pixels) =>
    [...pixels].filter((grey) => grey > 0).map((grey) => grey / 255),
  );
  const mean = greys.reduce((sum, grey) => sum + grey, 0) / greys.length;
  const variance = greys.reduce((sum, grey) => sum + (grey - mean) ** 2, 0) / greys.length;
  return { mean, deviation: Math.sqrt(variance) };
}

test('mean and deviation of each source’s films, over what is not black', async () => {
  const [one, two] = [images.slice(0, 9), images.slice(9)];
  const mixed = [...one.map((film) => from('one', film)), ...two.map((film) => from('two', film))];
  const greys = await sourceGreys(BY_SOURCE, mixed, loaders);
  expect(Object.keys(greys?.sources ?? {})).toEqual(['one', 'two']);
  for (const [name, films] of [['one', one] as const, ['two', two] as const]) {
    const { mean, deviation } = await reference(films);
    expect(greys?.sources[name]?.mean).toBeCloseTo(mean, 10);
    expect(greys?.sources[name]?.deviation).toBeCloseTo(deviation, 10);
  }
});

test('a large source is measured on a thousand films, and weighted by the number of all its films', async () => {
  const [dark, bright] = [images[0], images[1]];
  const many = [
    ...Array.from({ length: 2500 }, () => from('large', dark)),
    ...Array.from({ length: 500 }, () => from('small', bright)),
  ];
  const greys = await sourceGreys(BY_SOURCE, many, loaders);
  const [large, small] = [
    await reference([dark as LabelledImage]),
    await reference([bright as LabelledImage]),
  ];
  expect(greys?.sources.large?.mean).toBeCloseTo(large.mean, 10);
  expect(greys?.others.mean).toBeCloseTo((2500 * large.mean + 500 * small.mean) / 3000, 10);
});

test('nothing is read where images are normalised otherwise', async () => {
  expect(await sourceGreys({ normalise: 'image' }, images, loaders)).toBeNull();
  expect(greysOf({ normalise: 'fixed' }, null)(images)).toBeNull();
});

test('a model trained so is told each image’s source, and scores images of other sources by the greys of all', async () => {
  const common = trainConfig.parse({
    ...BY_SOURCE,
    encoder: { name: 'residual', widths: [8, 16] },
    epochs: 1,
    batchSize: 8,
    gradientAccumulation: 2,
  });
  const artifact = await trainModel({
    name: 'model1',
    model: modelConfig.parse({ decoder: {} }),
    common,
    seed: 3,
    pretrained: null,
    catalog: join(folder, 'catalog'),
    rebuildCatalog: 'run catalog',
    store: store,
    engine,
    out: join(folder, 'train'),
    progress: silentProgress,
    clock: () => new Date(0),
  });
  const { greys, ...facts } = trainFacts(artifact, 'run train');
  expect(greys).toEqual(await sourceGreys(common, images, loaders));
  const model = createModel(common, facts.model, SIZE, 3);
  restoreWeights(model.parameters.all(), await readFile(join(artifact.folder, 'weights.safetensors')));
  const told = { sources: { nih: { mean: 0.4, deviation: 0.2 } }, others: { mean: 0.6, deviation: 0.3 } };
  const scorer = new Scorer(model, { size: SIZE, loss: null, greysOf: greysOf(common, told) });
  const film = images[4] as LabelledImage;
  const { logits } = await scorer.score([film, from('elsewhere', film)], loaders);
  const fixed = createModel({ ...common, normalise: 'fixed' }, facts.model, SIZE, 3);
  restoreWeights(fixed.parameters.all(), await readFile(join(artifact.folder, 'weights.safetensors')));
  const pixels = tf.tensor4d(await shards.pixels(film), [1, SIZE, SIZE, 1], 'float32');
  [told.sources.nih, told.others].forEach(({ mean, deviation }, i) => {
    // What the model of fixed greys takes for the same normalised film.
    const seen = tf.add<tf.Tensor4D>(tf.mul(tf.div(tf.sub(tf.div(pixels, 255), mean), deviation), 0.25), 0.5);
    const wanted = [...fixed.apply(seen, false, false).logits.dataSync()];
    wanted.forEach((logit, f) => {
      expect(logits[i * wanted.length + f]).toBeCloseTo(logit, 4);
    });
  });
  scorer.dispose();
});
