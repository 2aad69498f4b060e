import {
  averagePool,
  block,
  concat,
  convolution,
  type Layer,
  maxPool,
  normalisation,
  normalisedConvolution,
} from '../layers/layers.ts';
import type { Parameters } from '../layers/parameters.ts';
import type { Backbone } from './resnet.ts';

/** Layers of each block, channels that each adds, and width of the 1 x 1 convolution before it in those. */
const BLOCKS = [6, 12, 24, 16];
const GROWTH = 32;
const BOTTLENECK = 4;
const STEM = 64;

/**
 * DenseNet-121 (Huang et al., CVPR 2017) up to the ReLU behind its last batch normalisation. Weights are named as
 * torchvision's and torchxrayvision's. A transition drops the last row or column of an odd number.
 *
 * @param channels of the input
 */
export function densenet121(parameters: Parameters, channels: number): Backbone {
  const stem = block(parameters, () => {
    const convolved = normalisedConvolution(
      parameters,
      { convolution: 'features.conv0', norm: 'features.norm0' },
      { kernel: 7, from: channels, to: STEM, stride: 2 },
      { relu: true },
    );
    return (x, training) => maxPool(convolved(x, training));
  });
  let features = STEM;
  const stages = BLOCKS.map((count, stage) =>
    block(parameters, () => {
      const layers: Layer[] = [];
      for (let i = 1; i <= count; i += 1) {
        layers.push(denseLayer(parameters, `features.denseblock${stage + 1}.denselayer${i}`, features));
        features += GROWTH;
      }
      if (stage < BLOCKS.length - 1) {
        layers.push(transition(parameters, `features.transition${stage + 1}`, features));
        features /= 2;
      } else layers.push(normalisation(parameters, 'features.norm5', features, { relu: true }));
      return (x, training) => layers.reduce((y, layer) => layer(y, training), x);
    }),
  );
  return { blocks: [stem, ...stages], features, reduction: 32 };
}

/** Adds its channels to those that it was given. */
function denseLayer(parameters: Parameters, scope: string, from: number): Layer {
  const width = BOTTLENECK * GROWTH;
  const normalised = normalisation(parameters, `${scope}.norm1`, from, { relu: true });
  const narrow = normalisedConvolution(
    parameters,
    { convolution: `${scope}.conv1`, norm: `${scope}.norm2` },
    { kernel: 1, from, to: width },
    { relu: true },
  );
  const grow = convolution(parameters, `${scope}.conv2`, { kernel: 3, from: width, to: GROWTH });
  return (x, training) => concat(x, grow(narrow(normalised(x, training), training), training));
}

function transition(parameters: Parameters, scope: string, from: number): Layer {
  const normalised = normalisation(parameters, `${scope}.norm`, from, { relu: true });
  const narrow = convolution(parameters, `${scope}.conv`, { kernel: 1, from, to: from / 2 });
  return (x, training) => averagePool(narrow(normalised(x, training), training));
}
