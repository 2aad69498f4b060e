import { readFile } from 'node:fs/promises';
import { decodeSafetensors, type NamedTensor } from '../formats/safetensors.ts';
import { EngineError } from '../system/engine-error.ts';
import { tf } from '../tf/tf.ts';
import type { Encoder } from './encoder.ts';
import {
  foldNormalisation,
  IMAGENET,
  type Normalisation,
  parseNormalisation,
  TORCHXRAYVISION,
} from './normalisation.ts';

export interface TorchWeightsOptions {
  /** How the images that the encoder will see are normalised; default: as those that the weights were trained on. */
  readonly images?: Normalisation;
}

/** The classifier, PyTorch's counters of batches, torchxrayvision's operating points. */
const PASSED_OVER = /^(fc|classifier)\.|(^|\.)num_batches_tracked$|^op_threshs$/;

/**
 * Sets an encoder's weights from a safetensors file of a PyTorch state_dict: torchvision's ResNets and DenseNet, or
 * torchxrayvision's DenseNet, float32. Kernels are turned from [out, in, height, width] to [height, width, in, out].
 *
 * A first convolution for colour images is summed over the colours where the encoder's images are grey. With `images`
 * its kernels are folded to that normalisation (see foldNormalisation); that of the weights is read from the file's
 * metadata, `normalisation`: `{"mean": [...], "deviation": [...]}`, and without it is ImageNet's for three channels and
 * torchxrayvision's for one.
 *
 * @returns the names in the file that were passed over: the classifier's, counters
 * @throws EngineError when the file cannot be read, or with the names that are missing, unexpected or of another shape
 */
export async function loadTorchWeights(
  encoder: Encoder,
  file: string,
  { images }: TorchWeightsOptions = {},
): Promise<string[]> {
  const passedOver: string[] = [];
  const { tensors, metadata } = decodeSafetensors(await readWeights(file), (name) => {
    if (!PASSED_OVER.test(name)) return true;
    passedOver.push(name);
    return false;
  });
  const stored = new Map([...tensors].map(([name, tensor]) => [modernName(name), tensor]));
  checkFit(encoder, stored, file);
  const [first] = encoder.weights.keys();
  for (const [name, variable] of encoder.weights) {
    tf.tidy(() => {
      const value = fromTorch(stored.get(name) as NamedTensor);
      variable.assign(name === first ? folded(value as tf.Tensor4D, encoder, metadata, images) : value);
    });
  }
  return passedOver;
}

/**
 * An encoder's weights as PyTorch has them, by torchvision's names: kernels [out, in, height, width]. Where the encoder
 * sees a plane of ones beside the image, the first kernel has an input channel more, the last one.
 */
export function torchWeights(encoder: Encoder): Map<string, NamedTensor> {
  return new Map([...encoder.weights].map(([name, variable]) => [name, toTorch(variable)]));
}

function toTorch(variable: tf.Tensor): NamedTensor {
  return tf.tidy(() => {
    const turned = variable.shape.length === 4 ? tf.transpose(variable, [3, 2, 0, 1]) : variable;
    return { shape: turned.shape, data: turned.dataSync<'float32'>() };
  });
}

async function readWeights(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new EngineError('the weights cannot be read', file, `${code}: name a safetensors file`, { cause });
  }
}

/** DenseNets of before torchvision 0.3 have `norm.1` where later ones have `norm1`. */
function modernName(name: string): string {
  return name.replace(/(\.denselayer\d+\.(?:norm|conv))\.([12])\./, '$1$2.');
}

function fromTorch({ data, shape }: NamedTensor): tf.Tensor {
  const tensor = tf.tensor(data, [...shape], 'float32');
  return shape.length === 4 ? tf.transpose(tensor, [2, 3, 1, 0]) : tensor;
}

function folded(
  kernel: tf.Tensor4D,
  encoder: Encoder,
  metadata: Readonly<Record<string, string>>,
  images: Normalisation | undefined,
): tf.Tensor4D {
  const byChannels = kernel.shape[2] === 1 ? TORCHXRAYVISION : IMAGENET;
  const trained = metadata.normalisation ? parseNormalisation(metadata.normalisation) : byChannels;
  return foldNormalisation(kernel, encoder, trained, images);
}

function checkFit(encoder: Encoder, stored: ReadonlyMap<string, NamedTensor>, file: string): void {
  const names = [...encoder.weights.keys()];
  const misshapen = names.flatMap((name) => {
    const found = stored.get(name)?.shape;
    const wanted = torchShape(encoder, name, found?.[1]);
    return found && found.join() !== wanted.join() ? [`${name} [${found}] for [${wanted}]`] : [];
  });
  const problems = [
    listed(
      'missing',
      names.filter((name) => !stored.has(name)),
    ),
    listed(
      'unexpected',
      [...stored.keys()].filter((name) => !encoder.weights.has(name)),
    ),
    listed('of another shape', misshapen),
  ].filter((problem) => problem !== '');
  if (problems.length === 0) return;
  const cure = 'name the encoder that they were trained in';
  throw new EngineError('these weights do not fit the encoder', `${file}: ${problems.join('; ')}`, cure);
}

/** The shape that a weight must have in the file, where its second size is `second`. */
function torchShape({ weights, channels }: Encoder, name: string, second?: number): readonly number[] {
  const { shape } = weights.get(name) as tf.Variable;
  if (shape.length !== 4) return shape;
  const [height, width, from, to] = shape as tf.Tensor4D['shape'];
  const [first] = weights.keys();
  // The colours of the first convolution are summed for an encoder of grey images.
  const entering = name !== first ? from : channels === 1 ? (second ?? 1) : channels;
  return [to, entering, height, width];
}

/** The first few names and how many more there are. */
function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `${what}: ${names.slice(0, 5).join(', ')}${more}`;
}
