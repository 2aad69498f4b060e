import {
  addRelu,
  type Block,
  block,
  type ConvolutionShape,
  EPSILON,
  type Layer,
  maxPool,
  normalisedConvolution,
} from '../layers/layers.ts';
import type { Parameters } from '../layers/parameters.ts';

/** An encoder: [batch, height, width, channels] to [batch, ceil(height / reduction), …, features]. */
export interface Backbone {
  /** in their order: the stem, then the stages */
  readonly blocks: readonly Block[];
  /** channels of the output */
  readonly features: number;
  /** edge of the input over the edge of the output */
  readonly reduction: number;
}

export interface ResNetPlan {
  readonly block: 'basic' | 'bottleneck';
  /** blocks of each stage */
  readonly blocks: readonly number[];
  /** channels of each stage; a bottleneck puts out four times as many */
  readonly widths: readonly number[];
  readonly stem: { readonly kernel: number; readonly pool: boolean };
  /** which convolution of a bottleneck strides: the first (He et al.) or the 3 x 3 one (torchvision's "v1.5") */
  readonly strides?: 'first' | 'second';
  readonly epsilon?: number;
}

const STEM = { kernel: 7, pool: true } as const;
const WIDTHS = [64, 128, 256, 512] as const;

export const RESNET18: ResNetPlan = { block: 'basic', blocks: [2, 2, 2, 2], widths: WIDTHS, stem: STEM };

/** As torchvision's resnet50. */
export const RESNET50: ResNetPlan = { block: 'bottleneck', blocks: [3, 4, 6, 3], widths: WIDTHS, stem: STEM };

/** As Keras' ResNet50 in its first version, with the epsilon that the published ImageNet weights name. */
export const RESNET50_V1: ResNetPlan = { ...RESNET50, strides: 'first', epsilon: 1e-3 };

/** A small network for small images: one basic block a stage, a 3 x 3 stem without pooling. */
export function residualPlan(widths: readonly number[]): ResNetPlan {
  return { block: 'basic', blocks: widths.map(() => 1), widths, stem: { kernel: 3, pool: false } };
}

/**
 * A residual network (He et al., CVPR 2016) up to the output of its last block. Weights are named as torchvision's, and
 * so is every number that the plan leaves open.
 *
 * @param channels of the input
 */
export function resnet(parameters: Parameters, plan: ResNetPlan, channels: number): Backbone {
  const { blocks, widths, stem, epsilon = EPSILON } = plan;
  const first = widths[0] as number;
  const entry = block(parameters, () => {
    const convolved = normalisedConvolution(
      parameters,
      { convolution: 'conv1', norm: 'bn1' },
      { kernel: stem.kernel, from: channels, to: first, stride: 2 },
      { relu: true, epsilon },
    );
    return (x, training) => (stem.pool ? maxPool(convolved(x, training)) : convolved(x, training));
  });
  let from = first;
  const stages = blocks.map((count, stage) =>
    block(parameters, () => {
      const layers: Layer[] = [];
      for (let i = 0; i < count; i += 1) {
        const stride = stage > 0 && i === 0 ? 2 : 1;
        const scope = `layer${stage + 1}.${i}`;
        const unit = { parameters, scope, from, width: widths[stage] as number, stride, plan };
        const made = plan.block === 'basic' ? basicUnit(unit) : bottleneck(unit);
        layers.push(made.layer);
        from = made.features;
      }
      return (x, training) => layers.reduce((y, layer) => layer(y, training), x);
    }),
  );
  return {
    blocks: [entry, ...stages],
    features: from,
    reduction: 2 ** blocks.length * (stem.pool ? 2 : 1),
  };
}

interface UnitPlan {
  readonly parameters: Parameters;
  readonly scope: string;
  readonly from: number;
  readonly width: number;
  readonly stride: number;
  readonly plan: ResNetPlan;
}

type Unit = (unit: UnitPlan) => { readonly layer: Layer; readonly features: number };

const basicUnit: Unit = (unit) => {
  const { from, width, stride } = unit;
  const first = numbered(unit, 1, { kernel: 3, from, to: width, stride }, true);
  const second = numbered(unit, 2, { kernel: 3, from: width, to: width }, false);
  const shortcut = shortcutOf(unit, width);
  return {
    layer: (x, training) => addRelu(second(first(x, training), training), shortcut(x, training)),
    features: width,
  };
};

const bottleneck: Unit = (unit) => {
  const { from, width, stride, plan } = unit;
  const [before, within] = plan.strides === 'first' ? [stride, 1] : [1, stride];
  const features = 4 * width;
  const first = numbered(unit, 1, { kernel: 1, from, to: width, stride: before }, true);
  const second = numbered(unit, 2, { kernel: 3, from: width, to: width, stride: within }, true);
  const third = numbered(unit, 3, { kernel: 1, from: width, to: features }, false);
  const shortcut = shortcutOf(unit, features);
  return {
    layer: (x, training) =>
      addRelu(third(second(first(x, training), training), training), shortcut(x, training)),
    features,
  };
};

function numbered(
  { parameters, scope, plan }: UnitPlan,
  n: number,
  shape: ConvolutionShape,
  relu: boolean,
): Layer {
  const names = { convolution: `${scope}.conv${n}`, norm: `${scope}.bn${n}` };
  return normalisedConvolution(parameters, names, shape, { relu, epsilon: plan.epsilon ?? EPSILON });
}

/** The input itself where it has the output's shape, else a projection. */
function shortcutOf({ parameters, scope, from, stride, plan }: UnitPlan, to: number): Layer {
  if (stride === 1 && from === to) return (x) => x;
  const names = { convolution: `${scope}.downsample.0`, norm: `${scope}.downsample.1` };
  const shape = { kernel: 1, from, to, stride };
  return normalisedConvolution(parameters, names, shape, { epsilon: plan.epsilon ?? EPSILON });
}
