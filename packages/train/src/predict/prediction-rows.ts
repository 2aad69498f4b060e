import type { TableRow } from '@viewgap/artifacts';
import { type Finding, isFrontal, UserError } from '@viewgap/contracts';
import { probeScore } from './linear-probe.ts';
import type { ScoredImages } from './scored-images.ts';

/** A trained model. */
export interface Unit {
  readonly name: string;
  readonly seed: number;
}

/** Rows of predictions.arrow: one of each image and finding. @throws UserError for a score that is not finite */
export function predictionRows(
  { images, logits, embeddings, features, probe }: ScoredImages,
  unit: Unit,
  findings: readonly Finding[],
): TableRow[] {
  return images.flatMap((image, i) => {
    const embedding = embeddings.subarray(i * features, (i + 1) * features);
    const view_probe_score = probe && isFrontal(image.view) ? probeScore(probe, embedding) : null;
    return findings.map((finding, f): TableRow => {
      const score = logits[i * findings.length + f] as number;
      if (!Number.isFinite(score)) {
        throw new UserError(
          'a score is not finite',
          `${unit.name} seed ${unit.seed}, ${finding}`,
          'train with a lower learningRate',
        );
      }
      return {
        dataset: image.source,
        image_id: image.imageId,
        patient_id: image.patientKnown ? image.patientId : null,
        view: image.view,
        model: unit.name,
        seed: unit.seed,
        finding,
        label: image.labels[f] ?? null,
        score,
        split: image.split,
        age_years: image.ageYears,
        sex: image.sex,
        source: image.source,
        view_source: image.viewSource,
        view_conflict: image.viewConflict,
        support_devices: image.supportDevices,
        overlap: image.overlap,
        label_set: image.labelSets[f] ?? null,
        width: image.width,
        height: image.height,
        view_probe_score,
      };
    });
  });
}
