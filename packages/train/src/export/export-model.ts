import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openArtifact, sha256, type TrainFacts, trainFacts, writeFileAtomic } from '@viewgap/artifacts';
import { ConfigError, FINDING_NAMES, FINDINGS, nearestName } from '@viewgap/contracts';
import { encodeSafetensors, type NamedTensor, savedModel, tf, torchWeights } from '@viewgap/engine';
import { greysOf } from '../batches/intensity.ts';
import { createModel, GREY, type Model } from '../model/model.ts';
import { restoreWeights } from '../model/weights.ts';
import { EXPORT_FORMATS, type ExportFacts, type ExportFormat } from './export-facts.ts';
import { exportReadme } from './export-readme.ts';

export interface ExportOptions {
  /** folder of the training's artifact */
  readonly train: string;
  readonly rebuildTrain: string;
  readonly format: string;
  /** folder that the files are written to */
  readonly out: string;
}

/**
 * Writes a trained classifier for other programs: saved_model.pb for TensorFlow, or model.safetensors with torchvision's
 * names and model.py, which builds it in PyTorch; beside each viewgap.json and README.md. The decoder is left out.
 * @throws ConfigError for an unknown format; EngineError for a SavedModel without the native engine
 */
export async function exportModel({ train, rebuildTrain, format, out }: ExportOptions): Promise<ExportFacts> {
  const known = EXPORT_FORMATS.find((name) => name === format);
  if (!known) throw new ConfigError('no such format', format, nearestName(format, [...EXPORT_FORMATS]));
  const trained = await openArtifact(train, 'train', { rebuild: rebuildTrain, verify: true });
  const config = trainFacts(trained, rebuildTrain);
  const model = createModel(config.common, config.model, config.size, config.seed);
  try {
    const bytes = await readFile(join(trained.folder, 'weights.safetensors'));
    restoreWeights(model.parameters.all(), bytes);
    const facts = exportFacts(known, config, model, sha256(bytes));
    await mkdir(out, { recursive: true });
    if (known === 'savedmodel') {
      await writeFileAtomic(join(out, 'saved_model.pb'), classifierAsSavedModel(model, config));
    } else {
      const weights = encodeSafetensors(classifierAsTorch(model), { viewgap: JSON.stringify(facts) });
      await writeFileAtomic(join(out, 'model.safetensors'), weights);
      const script = await readFile(new URL('../../python/model.py', import.meta.url));
      await writeFileAtomic(join(out, 'model.py'), script);
    }
    await writeFileAtomic(join(out, 'viewgap.json'), `${JSON.stringify(facts, null, 2)}\n`);
    await writeFileAtomic(join(out, 'README.md'), exportReadme(facts));
    return facts;
  } finally {
    model.parameters.dispose();
  }
}

function exportFacts(format: ExportFormat, config: TrainFacts, model: Model, weights: string): ExportFacts {
  const { name, seed, size, common, greys } = config;
  return {
    schema: 1,
    format,
    viewgap: VERSION,
    model: name,
    seed,
    weights,
    encoder: {
      name: common.encoder.name,
      widths: common.encoder.name === 'residual' ? (common.encoder.widths ?? [16, 32, 64, 128]) : null,
    },
    input: {
      size,
      normalise: common.normalise === 'image' ? 'image' : 'fixed',
      ...(greys?.others ?? { mean: GREY.mean[0], deviation: GREY.deviation[0] }),
      sources: greys?.sources ?? null,
      plane_of_ones: model.encoder.offset,
    },
    findings: FINDINGS,
    finding_names: FINDINGS.map((finding) => FINDING_NAMES[finding]),
  };
}

/** From uint8 images [batch, size, size, 1] to logits [batch, 5] and embedding [batch, features]. */
function classifierAsSavedModel(model: Model, { size, common, greys }: TrainFacts): Uint8Array {
  // Where an image comes from it is not told: it is one of no source of training.
  const others = greysOf(common, greys)([{ source: '' }]);
  return savedModel(
    (pixels: tf.Tensor) => {
      const images = tf.div<tf.Tensor4D>(pixels, 255);
      const { logits, embedding } = model.apply(
        images,
        false,
        false,
        others ? tf.tensor2d(others, [1, 2]) : undefined,
      );
      return { logits, embedding };
    },
    {
      input: 'images',
      spec: { shape: [size, size, 1], dtype: 'uint8' },
      variables: Object.fromEntries(model.parameters.within(['encoder', 'head'])),
    },
  );
}

/** Encoder and head by the names of torchvision's models. */
function classifierAsTorch(model: Model): Map<string, NamedTensor> {
  const head = model.parameters.within(['head']);
  const last = [...model.encoder.weights.keys()].some((name) => name.startsWith('features.'))
    ? 'classifier'
    : 'fc';
  const weight = head.get('head/logits.weight') as tf.Variable;
  const bias = head.get('head/logits.bias') as tf.Variable;
  const [features, findings] = weight.shape as [number, number];
  const values = weight.dataSync<'float32'>();
  const turned = new Float32Array(values.length);
  values.forEach((value, k) => {
    turned[(k % findings) * features + Math.floor(k / findings)] = value;
  });
  return new Map([
    ...torchWeights(model.encoder),
    [`${last}.weight`, { shape: [findings, features], data: turned }],
    [`${last}.bias`, { shape: bias.shape, data: bias.dataSync<'float32'>() }],
  ]);
}

/** Version of the packages, which share one. */
const VERSION = '0.1.0';
