import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Artifact,
  beginArtifact,
  duckdbEntry,
  finishArtifact,
  queryRows,
  withDuckDB,
} from '@viewgap/artifacts';
import { hashUniforms } from '@viewgap/stats';

export interface Fold {
  readonly index: number;
  readonly count: number;
  readonly seed: number;
  /** deals the labels out again by patient: what a model learns from then is noise */
  readonly permute: boolean;
}

/** Share of the patients outside the test fold that are validated on. */
const VALIDATION = 0.2;

/** Writes a catalog that differs from this one in its splits alone (and in whose labels are whose, when permuted). */
export async function writeFoldCatalog(catalog: Artifact, fold: Fold, out: string): Promise<void> {
  await beginArtifact(out);
  const file = join(out, 'catalog.duckdb');
  await copyFile(join(catalog.folder, 'catalog.duckdb'), file);
  await withDuckDB(file, async (connection) => {
    const patients = (
      await queryRows<{ patient_id: string }>(connection, 'select distinct patient_id from images order by 1')
    ).map((row) => row.patient_id);
    for (const patient of patients) {
      await connection.run('update images set split = $split where patient_id = $patient', {
        split: splitOf(patient, fold),
        patient,
      });
    }
    if (fold.permute) await permuteLabels(connection, fold.seed);
  });
  await finishArtifact(
    out,
    {
      stage: 'catalog',
      inputs: { catalog: catalog.sha256 },
      config: catalog.manifest.config,
      files: [
        ...catalog.manifest.files.filter((entry) => entry.kind === 'store'),
        await duckdbEntry(out, 'catalog.duckdb'),
      ],
      counts: {},
    },
    {},
  );
}

function splitOf(patient: string, { index, count, seed }: Fold): 'train' | 'val' | 'test' {
  const [fold = 0, validation = 0] = hashUniforms(['fold', seed, patient], 2);
  if (Math.floor(fold * count) === index) return 'test';
  return validation < VALIDATION ? 'val' : 'train';
}

type Connection = Parameters<Parameters<typeof withDuckDB>[1]>[0];

/**
 * Deals the labels out again by patient, as the permuted-labels control of evaluate does: the images, in the order of
 * their patients, receive the labels of the images in another, random order of the patients. An image's labels move
 * as a whole, so prevalence and the correlations of the findings stay, and so do the runs of one patient's labels.
 */
export async function permuteLabels(connection: Connection, seed: number): Promise<void> {
  await connection.run(
    `with places as (
       select source, image_id,
         row_number() over (order by patient_id, source, image_id) as receives,
         row_number() over (order by md5($seed || patient_id), patient_id, source, image_id) as gives
       from images)
     update labels set label = dealt.label
     from (
       select receiver.source, receiver.image_id, finding, given.label
       from places receiver join places giver on receiver.receives = giver.gives
         join labels given on given.source = giver.source and given.image_id = giver.image_id) dealt
     where labels.source = dealt.source and labels.image_id = dealt.image_id and labels.finding = dealt.finding`,
    { seed: `permuted-labels ${seed} ` },
  );
}
