import { type DecoderConfig, FINDINGS, type TrainConfig } from '@viewgap/contracts';
import { applyAdam, type Captured, capture, type NamedTensor, type StepResult, tf } from '@viewgap/engine';
import type { LabelTargets } from '../batches/label-targets.ts';
import { clipped } from '../model/gradients.ts';
import { imageBatch } from '../model/image-batch.ts';
import { classificationLoss, reconstructionLoss } from '../model/loss.ts';
import type { LossParts } from '../model/loss-means.ts';
import type { Model } from '../model/model.ts';
import type { ImagePixels } from '../pixels/image-worker.ts';
import { emaDecayAt, learningRateAt } from './schedule.ts';

export interface TrainingStepOptions {
  readonly common: TrainConfig;
  readonly decoder: DecoderConfig | null;
  /** edge of the images, pixels */
  readonly size: number;
  /** of the whole training: the schedule is a share of it */
  readonly steps: number;
}

/**
 * One step of AdamW on the sum of both losses, compiled. An option that is off adds no operation. A batch in parts is one
 * compiled step that adds the gradients of a part to sums, called for each, and another that applies the sums.
 */
export class TrainingStep {
  /** the compiled step whose variables other compiled steps may share */
  readonly session: Captured<StepResult>;
  readonly precision: 'float32' | 'bfloat16';
  readonly #model: Model;
  readonly #average: Model | null;
  readonly #options: TrainingStepOptions;
  /** names of the model's weights, and of those that are kept of them in the session */
  readonly #kept: readonly (readonly [string, string])[];
  readonly #sums: ReadonlyMap<string, tf.Variable>;
  readonly #gradients: Captured<Losses>;
  readonly #apply: Captured<StepResult> | null;

  /**
   * @param model the weights to start from
   * @param average made of the same settings, with other names: its weights follow as a moving average
   */
  constructor(model: Model, average: Model | null, options: TrainingStepOptions) {
    this.#model = model;
    this.#average = average;
    this.#options = options;
    const { gradientAccumulation, precision } = options.common;
    const names = Object.keys(this.scored.variables);
    this.#kept = [...model.parameters.all().keys()].map((name, i) => [name, names[i] as string]);
    this.#sums = new Map(gradientAccumulation === 1 ? [] : sumsOf(model));
    const batchInputs = this.#batchInputs();
    const inputs = [...batchInputs, ...(gradientAccumulation === 1 ? this.#rateInputs() : [])];
    const variables = { ...model.variables, ...average?.variables, ...Object.fromEntries(this.#sums) };
    this.#gradients = capture(
      (...given) => {
        const { losses, grads } = this.#losses(given.slice(0, batchInputs.length) as unknown as BatchTensors);
        if (gradientAccumulation === 1) this.#update(grads, given.slice(batchInputs.length) as tf.Scalar[]);
        else this.#add(grads);
        return losses;
      },
      { inputs, variables, precision },
    );
    this.session = this.#gradients;
    this.precision = this.#gradients.precision;
    this.#apply =
      gradientAccumulation === 1
        ? null
        : capture((...rates) => this.#applySums(rates as tf.Scalar[]), {
            inputs: this.#rateInputs(),
            variables,
            sharing: this.#gradients,
          });
  }

  /**
   * Trains on one batch. Its losses are means over its images.
   * @param step from 1
   * @param targets of all its images, row by row
   * @param greys of its images' sources, [batch, 2], where images are normalised by source
   */
  async run(
    step: number,
    { pixels, inside }: ImagePixels,
    { targets, weights }: LabelTargets,
    greys: Float32Array | null = null,
  ): Promise<LossParts> {
    const rates = this.#ratesAt(step);
    const { gradientAccumulation, batchSize } = this.#options.common;
    const part = <T extends Uint8Array | Float32Array>(values: T, i: number): T => {
      const length = values.length / gradientAccumulation;
      return values.subarray(i * length, (i + 1) * length) as T;
    };
    const film = inside ?? new Uint8Array(pixels.length).fill(1);
    if (pixels.length !== batchSize * this.#options.size ** 2) throw new Error('a batch of another size');
    const loss = { classification: 0, reconstruction: this.#options.decoder ? 0 : null };
    for (let i = 0; i < gradientAccumulation; i += 1) {
      const batch = [pixels, film, targets, weights, ...(greys ? [greys] : [])].map((all) => part(all, i));
      const values = await this.#gradients.run(...batch, ...(this.#apply ? [] : rates));
      loss.classification += values.classification.data[0] as number;
      if (values.reconstruction && loss.reconstruction !== null) {
        loss.reconstruction += (values.reconstruction.data[0] as number) / gradientAccumulation;
      }
    }
    await this.#apply?.run(...rates);
    return loss;
  }

  /** The model to score with while the training goes on, sharing `session`: the average where there is one. */
  get scored(): Model {
    return this.#average ?? this.#model;
  }

  /** The weights to keep, moving statistics included, by their names in the model. */
  async weights(): Promise<ReadonlyMap<string, NamedTensor>> {
    const all = await this.session.read();
    return new Map(this.#kept.map(([name, kept]) => [name, all.get(kept) as NamedTensor]));
  }

  /** Everything that the next steps depend on, by name. */
  read(): Promise<ReadonlyMap<string, NamedTensor>> {
    return this.session.read();
  }

  /** Goes on from what read() gave. */
  write(state: ReadonlyMap<string, NamedTensor>): Promise<void> {
    return this.session.write(state);
  }

  dispose(): void {
    this.#apply?.dispose();
    this.#gradients.dispose();
    for (const sum of this.#sums.values()) sum.dispose();
  }

  #batchInputs() {
    const { size, common } = this.#options;
    const count = common.batchSize / common.gradientAccumulation;
    const images = { shape: [count, size, size, 1], dtype: 'uint8' } as const;
    const labels = { shape: [count, FINDINGS.length] };
    const greys = common.normalise === 'source' ? [{ shape: [count, 2] }] : [];
    return [images, images, labels, labels, ...greys];
  }

  #rateInputs() {
    return this.#ratesAt(1).map(() => ({ shape: [] }));
  }

  #ratesAt(step: number): Float32Array[] {
    const { common, steps } = this.#options;
    const rate = Float32Array.of(learningRateAt(common, step, steps));
    if (common.emaDecay === null) return [rate];
    return [rate, Float32Array.of(emaDecayAt(common.emaDecay, step))];
  }

  #losses(batch: BatchTensors): { losses: Losses; grads: tf.NamedTensorMap } {
    let losses: Losses | undefined;
    const { grads } = tf.variableGrads(() => {
      const { total, ...parts } = trainingLoss(this.#model, batch, this.#options);
      // The tape frees what it made as soon as it has the gradients, all but what is kept.
      for (const part of Object.values(parts)) tf.keep(part);
      losses = parts;
      return total;
    }, this.#model.trainable());
    return { losses: losses as Losses, grads };
  }

  #add(grads: tf.NamedTensorMap): void {
    for (const [name, variable] of this.#trained()) {
      const sum = this.#sums.get(sumName(name)) as tf.Variable;
      sum.assign(tf.add(sum, grads[variable.name] as tf.Tensor));
    }
  }

  #applySums(rates: tf.Scalar[]): StepResult {
    const sums = this.#trained().map(
      ([name, variable]) => [variable.name, this.#sums.get(sumName(name)) as tf.Variable] as const,
    );
    this.#update(Object.fromEntries(sums.map(([name, sum]) => [name, tf.clone<tf.Tensor>(sum)])), rates);
    for (const [, sum] of sums) sum.assign(tf.zerosLike(sum));
    return {};
  }

  #update(grads: tf.NamedTensorMap, [rate, kept]: readonly tf.Scalar[]): void {
    const { clipNorm, weightDecay } = this.#options.common;
    const applied = clipNorm === null ? grads : clipped(grads, this.#groups(), clipNorm);
    applyAdam(applied, rate as tf.Scalar, { weightDecay });
    if (this.#average && kept) follow(this.#average, this.#model, kept);
  }

  /** Encoder and head, and the decoder, by the variables' own names. */
  #groups(): string[][] {
    const isDecoder = (name: string) => name.startsWith('decoder/');
    const names = (wanted: boolean) =>
      this.#trained()
        .filter(([name]) => isDecoder(name) === wanted)
        .map(([, variable]) => variable.name);
    return [names(false), names(true)];
  }

  /** What is trained, by its name in the model. */
  #trained(): [string, tf.Variable][] {
    const trainable = new Set(this.#model.trainable());
    return [...this.#model.parameters.all()].filter(([, variable]) => trainable.has(variable));
  }
}

/**
 * The loss that a training minimises, for one part of a batch; the losses of the parts add up to that of the batch.
 * @returns total, of which the gradients are; and its parts, each without its weight
 */
export function trainingLoss(
  model: Model,
  [pixels, inside, targets, weights, greys]: BatchTensors,
  { common, decoder }: Pick<TrainingStepOptions, 'common' | 'decoder'>,
): Losses & { readonly total: tf.Scalar } {
  const { images, inside: film } = imageBatch(pixels, inside);
  const output = model.apply(images, true, true, greys);
  const classification = classificationLoss(output.logits, { targets, weights }, common.noiseRobust);
  if (!decoder || !output.reconstruction) return { total: classification, classification };
  const reconstruction = reconstructionLoss(output.reconstruction, images, film, decoder.loss);
  const share = decoder.lambda / common.gradientAccumulation;
  const total = tf.add<tf.Scalar>(classification, tf.mul(reconstruction, share));
  return { total, classification, reconstruction };
}

type Losses = { readonly classification: tf.Tensor; readonly reconstruction?: tf.Tensor };

/** Pixels and film mask [batch, size, size, 1], targets and weights of the labels [batch, 5], greys [batch, 2]. */
export type BatchTensors = readonly [tf.Tensor4D, tf.Tensor4D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D?];

const sumName = (name: string) => `sum/${name}`;

function sumsOf(model: Model): [string, tf.Variable][] {
  const trainable = new Set(model.trainable());
  return [...model.parameters.all()]
    .filter(([, variable]) => trainable.has(variable))
    .map(([name, variable]) => [sumName(name), tf.tidy(() => tf.variable(tf.zeros(variable.shape), false))]);
}

/** average <- kept average + (1 - kept) weight, of weights and moving statistics alike */
function follow(average: Model, { parameters }: Model, kept: tf.Scalar): void {
  for (const [name, mean] of average.parameters.all()) {
    const weight = parameters.all().get(name) as tf.Variable;
    mean.assign(tf.add(weight, tf.mul(tf.sub(mean, weight), kept)));
  }
}
