import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Artifact, beginArtifact, fileEntry, finishArtifact } from '@viewgap/artifacts';
import { FINDINGS, modelConfig, trainConfig } from '@viewgap/contracts';
import {
  createEncoder,
  decodeSafetensors,
  defaultCacheDir,
  type Engine,
  globalMean,
  loadTorchWeights,
  Parameters,
  startEngine,
  tf,
} from '@viewgap/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createModel } from '../model/model.ts';
import { encodeWeights, valuesOf } from '../model/weights.ts';
import { exportModel } from './export-model.ts';

const SIZE = 64;
const BATCH = 3;
const HASH = '0'.repeat(64);

let folder: string;
let engine: Engine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewgap-export-'));
  engine = await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A training's artifact with drawn weights, as if it had been trained, and its model's scores of some images. */
async function trainedModel(encoder: Record<string, unknown>, normalise = 'fixed') {
  const common = trainConfig.parse({ encoder, normalise });
  const model = createModel(common, modelConfig.parse({ decoder: { lambda: 1 } }), SIZE, 7);
  const drawn = [...model.parameters.all()].filter(([name]) => /running_|bias$/.test(name));
  drawn.forEach(([, variable], i) => {
    variable.assign(tf.randomUniform(variable.shape, 0.1, 0.9, 'float32', i));
  });
  const out = await mkdtemp(join(folder, 'train-'));
  await beginArtifact(out);
  const values = await valuesOf(model.parameters.all());
  await writeFile(join(out, 'weights.safetensors'), encodeWeights(values.keys(), values));
  const artifact = await finishArtifact(
    out,
    {
      stage: 'train',
      inputs: {},
      config: {
        name: 'model2',
        seed: 7,
        size: SIZE,
        common,
        model: modelConfig.parse({ decoder: { lambda: 1 } }),
        engine: {},
        fairness: { initial_weights: HASH, batch_order: HASH, augmentations: HASH, steps: 1 },
      },
      files: [await fileEntry(out, 'weights.safetensors')],
      counts: {},
    },
    {},
  );
  const images = tf.randomUniform<tf.Rank.R4>([BATCH, SIZE, SIZE, 1], 0, 255, 'int32', 3);
  const logits = tf.tidy(() => [
    ...model.apply(tf.div(tf.cast(images, 'float32'), 255), false, false).logits.dataSync(),
  ]);
  model.parameters.dispose();
  return { artifact, images, logits };
}

async function exported(artifact: Artifact, format: string): Promise<string> {
  const out = await mkdtemp(join(folder, `${format}-`));
  await exportModel({ train: artifact.folder, rebuildTrain: 'run train', format, out });
  return out;
}

function largestError(found: readonly number[], wanted: readonly number[]): number {
  expect(found).toHaveLength(wanted.length);
  return Math.max(...found.map((value, i) => Math.abs(value - (wanted[i] as number))));
}

test('the weights have the names and layout that a PyTorch state_dict has: read as one they give the same scores', async () => {
  const { artifact, images, logits } = await trainedModel({ name: 'resnet18' });
  const out = await exported(artifact, 'safetensors');
  expect((await readdir(out)).sort()).toEqual(['README.md', 'model.py', 'model.safetensors', 'viewgap.json']);
  const path = join(out, 'model.safetensors');
  const encoder = createEncoder('resnet18', new Parameters(0));
  expect(await loadTorchWeights(encoder, path)).toEqual(['fc.bias', 'fc.weight']);
  const { tensors } = decodeSafetensors(await readFile(path));
  const [weight, bias] = ['fc.weight', 'fc.bias'].map((name) => tensors.get(name));
  expect([weight?.shape, bias?.shape]).toEqual([[5, 512], [5]]);
  const { input, findings } = JSON.parse(await readFile(join(out, 'viewgap.json'), 'utf8'));
  expect(findings).toEqual([...FINDINGS]);
  const seen = tf.div<tf.Tensor4D>(tf.sub(tf.div(images, 255), input.mean), input.deviation);
  const embedding = globalMean(encoder.apply(seen, false));
  const found = tf.add(
    tf.matMul(embedding, tf.tensor2d(weight?.data as Float32Array, [5, 512]), false, true),
    tf.tensor1d(bias?.data as Float32Array),
  );
  expect(largestError([...found.dataSync()], logits)).toBeLessThan(1e-4);
});

test('an unknown format names the known ones', async () => {
  const { artifact } = await trainedModel({ name: 'residual', widths: [8, 16] });
  await expect(exported(artifact, 'onnx')).rejects.toThrow(
    /no such format: onnx \(.*savedmodel.*safetensors/,
  );
});

/** Runs a script in Python that prints the logits of the images as JSON. */
async function inPython(images: tf.Tensor, script: string): Promise<number[]> {
  const bytes = join(folder, 'images.bin');
  await writeFile(bytes, Uint8Array.from(images.dataSync()));
  const setup = `import json, numpy
images = numpy.fromfile('${bytes}', 'uint8').reshape(${BATCH}, ${SIZE}, ${SIZE}, 1)\n`;
  return JSON.parse(
    execFileSync('python3', ['-c', setup + script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
}

/** Whether python3 has these modules; they are not loaded, which takes long. */
const has = (...modules: string[]) =>
  spawnSync('python3', [
    '-c',
    'import importlib.util, sys; sys.exit(None in map(importlib.util.find_spec, sys.argv[1:]))',
    ...modules,
  ]).status === 0;
const torch = has('numpy', 'torch', 'torchvision');

describe.skipIf(!torch)(
  `in PyTorch${torch ? '' : ' (skipped: python3 has no torch and torchvision here)'}`,
  () => {
    test.each([
      { name: 'residual', widths: [8, 16, 24] },
      { name: 'resnet18' },
      { name: 'resnet50' },
      { name: 'resnet50-v1' },
      { name: 'densenet121' },
    ])('$name: model.py gives the same scores', async (encoder) => {
      const { artifact, images, logits } = await trainedModel(encoder);
      const out = await exported(artifact, 'safetensors');
      const found = await inPython(
        images,
        `import sys, torch
sys.path.insert(0, '${out}')
from model import load
model, about = load('${out}')
with torch.no_grad():
    print(json.dumps(model(torch.from_numpy(images).permute(0, 3, 1, 2)).flatten().tolist()))`,
      );
      expect(largestError(found, logits) / Math.max(...logits.map(Math.abs), 1)).toBeLessThan(1e-4);
    });
  },
);

const tensorflow = has('numpy', 'tensorflow');

describe.skipIf(!tensorflow)(
  `in TensorFlow${tensorflow ? '' : ' (skipped: python3 has no tensorflow here)'}`,
  () => {
    test('the SavedModel gives the same scores, one image at a time too', async (context) => {
      if (!engine.name.startsWith('native'))
        return context.skip('a SavedModel is written by the native engine');
      const { artifact, images, logits } = await trainedModel({ name: 'residual', widths: [8, 16] }, 'image');
      const out = await exported(artifact, 'savedmodel');
      const found = await inPython(
        images,
        `import tensorflow as tf
run = tf.saved_model.load('${out}').signatures['serving_default']
logits = numpy.concatenate([run(images=tf.constant(images[i:i + 1]))['logits'].numpy() for i in range(${BATCH})])
assert numpy.abs(logits - run(images=tf.constant(images))['logits'].numpy()).max() < 1e-5
print(json.dumps(logits.astype(float).flatten().tolist()))`,
      );
      expect(largestError(found, logits)).toBeLessThan(1e-4);
    });
  },
);

test('without the native engine a SavedModel cannot be written, and it says so', async (context) => {
  if (engine.name.startsWith('native')) return context.skip('the native engine is in use');
  const { artifact } = await trainedModel({ name: 'residual', widths: [8, 16] });
  await expect(exported(artifact, 'savedmodel')).rejects.toThrow('written by the native engine alone');
});
