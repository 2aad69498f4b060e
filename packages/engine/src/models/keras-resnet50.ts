import type { NamedTensor } from '../formats/safetensors.ts';
import { EngineError } from '../system/engine-error.ts';

/** What is used of a TensorFlow.js Layers model's model.json. */
export interface LayersModel {
  readonly weightsManifest: readonly {
    readonly paths: readonly string[];
    readonly weights: readonly { readonly name: string; readonly shape: number[]; readonly dtype: string }[];
  }[];
}

/** The weights of a Layers model by name, from model.json and the files that it names. */
export function layersWeights(
  { weightsManifest }: LayersModel,
  file: (path: string) => Uint8Array,
): Map<string, NamedTensor> {
  const weights = new Map<string, NamedTensor>();
  for (const group of weightsManifest) {
    const bytes = Buffer.concat(group.paths.map(file));
    let offset = 0;
    for (const { name, shape } of group.weights) {
      const length = shape.reduce((product, n) => product * n, 1);
      // A copy: a Float32Array must begin at a multiple of four bytes.
      const data = new Float32Array(new Uint8Array(bytes.subarray(offset, offset + 4 * length)).buffer);
      weights.set(name, { shape, data });
      offset += 4 * length;
    }
  }
  return weights;
}

/**
 * The encoder's weights of Keras' first ResNet50 under torchvision's names and in its layout, for the encoder
 * `resnet50-v1`. That network sees blue, green, red; here the first convolution sees red, green, blue. Its convolutions
 * have biases; before a batch normalisation, a bias equals a moving mean lowered by the bias.
 *
 * @param keras by Keras' names, kernels [height, width, in, out]
 */
export function torchResNet50(keras: ReadonlyMap<string, NamedTensor>): Map<string, NamedTensor> {
  const torch = new Map<string, NamedTensor>();
  const get = (name: string) => {
    const found = keras.get(name);
    if (!found) throw new EngineError('not the weights of a Keras ResNet50', `no ${name}`, 'name others');
    return found;
  };
  const add = ({ keras: [conv, bn], torch: [convolution, norm] }: Pair) => {
    const kernel = outFirst(get(`${conv}/kernel`));
    torch.set(`${convolution}.weight`, conv === 'conv1' ? reverseInput(kernel) : kernel);
    torch.set(`${norm}.weight`, get(`${bn}/gamma`));
    torch.set(`${norm}.bias`, get(`${bn}/beta`));
    const { shape, data: mean } = get(`${bn}/moving_mean`);
    const { data: bias } = get(`${conv}/bias`);
    torch.set(`${norm}.running_mean`, { shape, data: mean.map((value, i) => value - (bias[i] as number)) });
    torch.set(`${norm}.running_var`, get(`${bn}/moving_variance`));
  };
  for (const pair of pairs()) add(pair);
  return torch;
}

/** A convolution and the batch normalisation behind it. */
interface Pair {
  readonly keras: readonly [convolution: string, norm: string];
  readonly torch: readonly [convolution: string, norm: string];
}

function pairs(): Pair[] {
  const found: Pair[] = [{ keras: ['conv1', 'bn_conv1'], torch: ['conv1', 'bn1'] }];
  [3, 4, 6, 3].forEach((blocks, stage) => {
    for (let block = 0; block < blocks; block += 1) {
      const name = `${stage + 2}${'abcdef'[block]}`;
      const scope = `layer${stage + 1}.${block}`;
      'abc'.split('').forEach((branch, i) => {
        const keras = [`res${name}_branch2${branch}`, `bn${name}_branch2${branch}`] as const;
        found.push({ keras, torch: [`${scope}.conv${i + 1}`, `${scope}.bn${i + 1}`] });
      });
      if (block > 0) continue;
      const keras = [`res${name}_branch1`, `bn${name}_branch1`] as const;
      found.push({ keras, torch: [`${scope}.downsample.0`, `${scope}.downsample.1`] });
    }
  });
  return found;
}

/** [height, width, in, out] to [out, in, height, width]. */
function outFirst({ shape, data }: NamedTensor): NamedTensor {
  const [height, width, from, to] = shape as [number, number, number, number];
  const turned = new Float32Array(data.length);
  let at = 0;
  for (let o = 0; o < to; o += 1) {
    for (let i = 0; i < from; i += 1) {
      for (let pixel = 0; pixel < height * width; pixel += 1) {
        turned[at++] = data[(pixel * from + i) * to + o] as number;
      }
    }
  }
  return { shape: [to, from, height, width], data: turned };
}

/** [out, in, height, width], the input's channels in the opposite order. */
function reverseInput({ shape, data }: NamedTensor): NamedTensor {
  const [, from, height, width] = shape as [number, number, number, number];
  const plane = height * width;
  const reversed = data.map((_, i) => {
    const channel = Math.floor(i / plane) % from;
    return data[i + (from - 1 - 2 * channel) * plane] as number;
  });
  return { shape, data: reversed };
}
