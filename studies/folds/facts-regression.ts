import { join } from 'node:path';
import { PREDICTIONS, queryRows, type TableRow, withDuckDB, writeTable } from '@viewgap/artifacts';
import { FINDINGS, type Finding, type Label, labelColumn, type Split } from '@viewgap/contracts';
import { fitLinearProbe, probeScore } from '@viewgap/train';

/** What the predictions call it. */
export const FACTS_MODEL = 'age-sex-view';

/** A frontal film, as one knows it without looking at it. */
export type FactsRow = Readonly<Record<ReturnType<typeof labelColumn>, Label>> & {
  readonly source: string;
  readonly image_id: string;
  readonly patient_id: string;
  readonly patient_known: boolean;
  readonly view: 'AP' | 'PA';
  readonly split: Split;
  readonly age_years: number | null;
  readonly sex: string | null;
};

/**
 * A logistic regression of each finding on age, sex and view, fitted on all that is not tested on (it has nothing to
 * validate), and its scores of the test films as a predictions table.
 * @param catalog folder of the catalog's artifact
 * @param path of the file that is written
 */
export async function writeFactsPredictions(catalog: string, seed: number, path: string): Promise<void> {
  const rows = await factsRows(join(catalog, 'catalog.duckdb'));
  const fitted = rows.filter(({ split }) => split !== 'test');
  const tested = rows.filter(({ split }) => split === 'test');
  await writeTable(path, PREDICTIONS, async (append) => {
    for (const finding of FINDINGS) {
      const scores = factsScores(fitted, tested, finding);
      await append(tested.map((row, i) => predictionRow(row, finding, seed, scores[i] as number)));
    }
  });
}

/**
 * Logits of a finding; 0 for all where those it would be fitted on are all with it or all without.
 * @param fitted a film whose label is not known is left out, an age or a sex that is not known taken as their mean
 */
export function factsScores(
  fitted: readonly FactsRow[],
  tested: readonly FactsRow[],
  finding: Finding,
): number[] {
  const known = fitted.filter((row) => row[labelColumn(finding)] !== null);
  const means = FACTS.map((fact) => mean(known.map(fact)));
  const features = (row: FactsRow) => FACTS.map((fact, j) => fact(row) ?? (means[j] as number));
  const probe = fitLinearProbe({
    embeddings: Float32Array.from(known.flatMap(features)),
    features: FACTS.length,
    labels: Uint8Array.from(known, (row) => row[labelColumn(finding)] as number),
  });
  return tested.map((row) => (probe === null ? 0 : probeScore(probe, Float32Array.from(features(row)))));
}

type Fact = (row: FactsRow) => number | null;

const FACTS: readonly Fact[] = [
  ({ age_years }) => age_years,
  ({ sex }) => (sex === null ? null : Number(sex === 'M')),
  ({ view }) => Number(view === 'AP'),
];

/** Mean of the known values; 0 where none is known. */
function mean(values: readonly (number | null)[]): number {
  const known = values.filter((value) => value !== null);
  return known.reduce((sum, value) => sum + value, 0) / Math.max(known.length, 1);
}

function factsRows(path: string): Promise<FactsRow[]> {
  const labels = FINDINGS.map(
    (finding) => `max(label) filter (finding = '${finding}') as ${labelColumn(finding)}`,
  );
  return withDuckDB(
    path,
    (connection) =>
      queryRows<FactsRow>(
        connection,
        `select source, image_id, patient_id, patient_known, view, split, age_years, sex, ${labels.join(', ')}
         from images join labels using (source, image_id)
         where view in ('AP', 'PA') and split in ('train', 'val', 'test')
         group by all order by source, image_id`,
      ),
    { readOnly: true },
  );
}

function predictionRow(row: FactsRow, finding: Finding, seed: number, score: number): TableRow {
  const { source, image_id, patient_id, patient_known, view, split, age_years, sex } = row;
  return {
    dataset: source,
    image_id,
    patient_id: patient_known ? patient_id : null,
    view,
    model: FACTS_MODEL,
    seed,
    finding,
    label: row[labelColumn(finding)],
    score,
    split,
    age_years,
    sex,
    source,
  };
}
