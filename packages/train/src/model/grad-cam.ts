import { tf } from '@viewgap/engine';
import type { Model } from './model.ts';

/**
 * Grad-CAM (Selvaraju et al., ICCV 2017) on the encoder's last map: the mean over positions of the logit's derivative
 * weighs each feature; what the weighted sum has above 0 speaks for the finding, here over its greatest. For a head that
 * is linear in the mean over positions it is the class activation map of Zhou et al., CVPR 2016.
 * @param encoded [1, edge, edge, features], as Outputs has it
 * @param finding index of the logit
 * @returns [edge, edge], 0 … 1; all 0 where nothing speaks for it
 */
export function gradCam(classify: Model['classify'], encoded: tf.Tensor4D, finding: number): tf.Tensor2D {
  return tf.tidy(() => {
    const logit = (map: tf.Tensor) =>
      tf.sum(tf.slice(classify(map as tf.Tensor4D), [0, finding], [1, 1])) as tf.Scalar;
    const weights = tf.mean(tf.grad(logit)(encoded), [1, 2], true);
    const cam = tf.relu(tf.sum(tf.mul(encoded, weights), 3));
    return tf.squeeze<tf.Tensor2D>(tf.divNoNan(cam, tf.max(cam)), [0]);
  });
}
