import { SMALL_IMAGE_PIXELS } from '../capture/rewrite/small-image-convolutions.ts';
import { tf } from '../tf/tf.ts';

/** Upper and lower, left and right pixel of the four that an input pixel becomes. */
const PARITIES = [0, 1] as const;

/** In smaller images the four filters cost more than their products save: at 2 x 2 pixels 105 ms against 87. */
const FEWEST_PIXELS = 9;

/**
 * Every pixel twice in both directions (nearest neighbour), then a 3 x 3 convolution of stride 1 with one zero around
 * the image. An output pixel sees at most 2 x 2 different input pixels: those of one parity are a 2 x 2 convolution of
 * the small image, whose filter holds sums of the large one's weights. The same numbers to rounding from 16 products
 * where the definition takes 36, forwards and in both gradients.
 *
 * @param x [batch, height, width, from], float32
 * @param filter [3, 3, from, to]
 * @returns [batch, 2 height, 2 width, to]
 */
export function upsampledConv2d(x: tf.Tensor4D, filter: tf.Tensor4D): tf.Tensor4D {
  return byParity(x, filter, padded);
}

/**
 * upsampledConv2d without gradients, and what follows at each pixel by itself: a compiled step computes that in the
 * convolutions' own pass.
 * @param then [batch, height, width, to] in and out
 */
export function upsampledInference(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  then: (part: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor4D {
  // A compiled step turns convolutions of small images into products, if they are padded alike on all sides or beforehand.
  const convolve = x.shape[1] * x.shape[2] > SMALL_IMAGE_PIXELS ? paddingItself : padded;
  return byParity(x, filter, (...args) => then(convolve(...args)));
}

type Margins = 'same' | [[number, number], [number, number], [number, number], [number, number]];
type Convolve = (x: tf.Tensor4D, filter: tf.Tensor4D, margins: Margins) => tf.Tensor4D;

const padded: Convolve = (x, filter, margins) =>
  margins === 'same' ? tf.conv2d(x, filter, 1, margins) : tf.conv2d(tf.pad(x, margins), filter, 1, 'valid');

const paddingItself: Convolve = (x, filter, margins) => tf.conv2d(x, filter, 1, margins);

/** Rows above and below, columns left and right. */
const marginsOf = (rows: [number, number], columns: [number, number]): Margins => [
  [0, 0],
  rows,
  columns,
  [0, 0],
];

function byParity(x: tf.Tensor4D, filter: tf.Tensor4D, convolve: Convolve): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  if (height * width < FEWEST_PIXELS) return convolve(upsample(x), filter, 'same');
  const to = filter.shape[3];
  const rows = PARITIES.map((lower) => {
    const half = folded(filter, 0, lower);
    const columns = PARITIES.map((right) =>
      convolve(x, folded(half, 1, right), marginsOf([1 - lower, lower], [1 - right, right])),
    );
    return tf.reshape(tf.concat(columns, 3), [batch, height, 2 * width * to]);
  });
  return tf.reshape(tf.concat(rows, 2), [batch, 2 * height, 2 * width, to]);
}

/** Every pixel twice in both directions, of concat and reshape alone, whose gradients every engine has. */
function upsample(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const wide = tf.reshape(tf.concat([x, x], 3), [batch, height, 2 * width * channels]);
  return tf.reshape(tf.concat([wide, wide], 2), [batch, 2 * height, 2 * width, channels]);
}

/** Three taps of a filter on pixels of which two are the same, as two: the last two, or at parity 1 the first two. */
function folded(filter: tf.Tensor4D, axis: 0 | 1, parity: 0 | 1): tf.Tensor4D {
  const [first, second, third] = tf.split(filter, 3, axis) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const pair = parity === 0 ? [first, tf.add(second, third)] : [tf.add(first, second), third];
  return tf.concat(pair as tf.Tensor4D[], axis);
}
