import { FINDINGS, type TrainConfig } from '@viewgap/contracts';
import { applyAdam, type Captured, capture, tf } from '@viewgap/engine';
import { imageBatch } from './image-batch.ts';
import { classificationLoss, reconstructionLoss } from './loss.ts';
import type { Model } from './model.ts';

type Loss = 'l1' | 'l2';

/** What a training step tells, each a scalar. */
export type StepLosses = {
  readonly classification: tf.Tensor;
  readonly reconstruction?: tf.Tensor;
};

/**
 * One step of Adam on the sum of both losses, compiled. Its inputs: pixels and film mask, uint8 [batch, size, size, 1];
 * labels and whether they are known, float32 [batch, 5].
 */
export function captureTraining(
  model: Model,
  { batchSize, learningRate, precision }: TrainConfig,
  decoder: { readonly loss: Loss; readonly lambda: number } | null,
  size: number,
): Captured<StepLosses> {
  const images = { shape: [batchSize, size, size, 1], dtype: 'uint8' } as const;
  const labels = { shape: [batchSize, FINDINGS.length] };
  return capture(
    (pixels, inside, labels, known) => {
      const batch = imageBatch(pixels as tf.Tensor4D, inside as tf.Tensor4D);
      let losses: StepLosses | undefined;
      const { grads } = tf.variableGrads(() => {
        const output = model.apply(batch.images, true);
        const classification = classificationLoss(output.logits, {
          labels: labels as tf.Tensor2D,
          known: known as tf.Tensor2D,
        });
        if (!decoder || !output.reconstruction) {
          losses = { classification: tf.keep(classification) };
          return classification;
        }
        const reconstruction = reconstructionLoss(
          output.reconstruction,
          batch.images,
          batch.inside,
          decoder.loss,
        );
        // The tape frees what it made as soon as it has the gradients, all but what is kept.
        losses = { classification: tf.keep(classification), reconstruction: tf.keep(reconstruction) };
        return tf.add<tf.Scalar>(classification, tf.mul(reconstruction, decoder.lambda));
      }, model.parameters.trainable());
      applyAdam(grads, learningRate);
      return losses as StepLosses;
    },
    {
      inputs: [images, images, labels, labels],
      variables: Object.fromEntries(model.parameters.all()),
      precision,
    },
  );
}
