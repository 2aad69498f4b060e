import type { TrainConfig } from '@viewgap/contracts';
import { tf } from '@viewgap/engine';
import { convolution, type Layer } from './layers.ts';
import type { Parameters } from './parameters.ts';

/**
 * A small residual network (He et al., CVPR 2016): a stem that halves the image, then one block a stage, each
 * stage but the first halving again. [batch, size, size, 1] to [batch, size / 2^stages, …, widths.at(-1)].
 */
export function residualEncoder(parameters: Parameters, config: TrainConfig['encoder']): Layer {
  const first = config.widths[0] as number;
  const stem = convolution(
    parameters,
    'encoder/stem',
    { kernel: 3, from: 1, to: first, stride: 2 },
    { relu: true },
  );
  const blocks = config.widths.map((width, stage) =>
    residualBlock(
      parameters,
      `encoder/stage${stage + 1}`,
      config.widths[stage - 1] ?? first,
      width,
      stage === 0 ? 1 : 2,
    ),
  );
  return (x, training) => blocks.reduce((y, block) => block(y, training), stem(x, training));
}

function residualBlock(
  parameters: Parameters,
  name: string,
  from: number,
  to: number,
  stride: number,
): Layer {
  const first = convolution(parameters, `${name}/conv1`, { kernel: 3, from, to, stride }, { relu: true });
  const second = convolution(parameters, `${name}/conv2`, { kernel: 3, from: to, to }, { relu: false });
  const changes = stride !== 1 || from !== to;
  const shortcut = changes
    ? convolution(parameters, `${name}/shortcut`, { kernel: 1, from, to, stride }, { relu: false })
    : null;
  return (x, training) =>
    tf.relu(tf.add(second(first(x, training), training), shortcut ? shortcut(x, training) : x));
}
