import type { ProgressTask } from '@viewgap/contracts';
import type { EvaluationImage } from '../catalog/evaluation-images.ts';
import type { Network } from '../model/model.ts';
import { Scorer } from '../model/scorer.ts';
import type { ImageLoaders } from '../pixels/image-feed.ts';
import { fitLinearProbe, type LinearProbe } from './linear-probe.ts';

/** Images with the model's outputs for them. */
export interface ScoredImages {
  readonly images: readonly EvaluationImage[];
  /** [images, 5] */
  readonly logits: Float32Array;
  /** [images, features] */
  readonly embeddings: Float32Array;
  readonly features: number;
  /** null: validation images, on which it is fitted, and where it could not be fitted */
  readonly probe: LinearProbe | null;
}

/** Scores the images group by group; the probe is fitted when those of validation have gone by. */
export async function* scoreAll(
  { model, size, greysOf }: Network,
  groups: AsyncIterable<EvaluationImage[]>,
  loaders: ImageLoaders,
  task: ProgressTask,
): AsyncGenerator<ScoredImages, void, undefined> {
  const { features } = model.encoder;
  const scorer = new Scorer(model, { size, loss: null, embeddings: true, greysOf });
  const examples = new ProbeExamples(features);
  let probe: LinearProbe | null = null;
  let isFitted = false;
  let done = 0;
  try {
    for await (const group of groups) {
      // A group of both kinds is two: the probe is of all validation images, and scores none of them.
      const parts = [group.filter(isValidation), group.filter((image) => !isValidation(image))];
      for (const images of parts.filter(({ length }) => length > 0)) {
        const { logits, embeddings } = await scorer.score(images, loaders, (n) => task.update(done + n));
        done += images.length;
        const validation = isValidation(images[0] as EvaluationImage);
        if (validation) examples.add(images, embeddings);
        else if (!isFitted) {
          probe = examples.fit();
          isFitted = true;
        }
        yield { images, logits, embeddings, features, probe: validation ? null : probe };
      }
    }
  } finally {
    scorer.dispose();
  }
}

/** Whether an image is one that temperatures and the probe are fitted on. */
export function isValidation({ split }: EvaluationImage): boolean {
  return split === 'val';
}

/** Embeddings of the validation images that the probe is fitted on. */
class ProbeExamples {
  readonly #features: number;
  readonly #embeddings: Float32Array[] = [];
  readonly #isAp: number[] = [];

  constructor(features: number) {
    this.#features = features;
  }

  add(images: readonly EvaluationImage[], embeddings: Float32Array): void {
    images.forEach(({ probed, view }, i) => {
      if (!probed) return;
      this.#embeddings.push(embeddings.slice(i * this.#features, (i + 1) * this.#features));
      this.#isAp.push(view === 'AP' ? 1 : 0);
    });
  }

  fit(): LinearProbe | null {
    const embeddings = new Float32Array(this.#embeddings.length * this.#features);
    this.#embeddings.forEach((one, i) => {
      embeddings.set(one, i * this.#features);
    });
    return fitLinearProbe({ embeddings, features: this.#features, labels: Uint8Array.from(this.#isAp) });
  }
}
