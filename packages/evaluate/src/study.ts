import { type EvaluateConfig, FINDINGS, UserError } from '@viewgap/contracts';
import { type DatasetImages, type Layout, layOut } from './dataset-images.ts';
import { Issues } from './issues.ts';
import { type PredictionRows, UNKNOWN } from './prediction-rows.ts';

/** A data set as columns over its images. */
export interface Dataset extends DatasetImages {
  /** of each finding of the study: 1, 0 or UNKNOWN */
  readonly labels: readonly Int8Array[];
  /** models and seeds that score an image here, by model and seed */
  readonly units: readonly Unit[];
}

/** One trained model's scores: a column per finding of the study, null where it has none; NaN where not scored. */
export interface Unit {
  readonly model: string;
  readonly seed: number;
  readonly scores: readonly (Float64Array | null)[];
}

export interface Study {
  readonly datasets: readonly Dataset[];
  readonly models: readonly string[];
  readonly seeds: readonly number[];
  readonly findings: readonly string[];
}

/** Scores while they are filled in: by data set, by model and seed, by finding. */
type Scores = (Float64Array | null)[][][];

/**
 * Arranges the rows by data set, model and finding.
 * @param wanted the findings of the study; null: all that the rows have
 * @throws UserError for no rows, duplicate rows, labels that differ between rows of an image, and models that were
 * scored on different images
 */
export function arrangeStudy(rows: PredictionRows, wanted: EvaluateConfig['findings'] = null): Study {
  if (rows.rows === 0) throw new UserError('no predictions', '0 rows', 'give at least one row');
  const findings = [...rows.findings.names].filter((name) => isWanted(name, wanted)).sort(byStudyOrder);
  if (findings.length === 0) {
    throw new UserError(
      'no scores of the findings asked for',
      String(wanted),
      `the predictions have ${rows.findings.names.join(', ')}`,
    );
  }
  const layout = layOut(rows.images);
  const labels = layout.datasets.map(({ images }) => findings.map(() => new Int8Array(images).fill(UNKNOWN)));
  const scores: Scores = layout.datasets.map(() => rows.units.map(() => findings.map(() => null)));
  fill(rows, layout, findings, labels, scores);
  const datasets = layout.datasets.map((images, d): Dataset => {
    const units = rows.units.map((unit, u): Unit => ({ ...unit, scores: scores[d]?.[u] ?? [] }));
    return {
      ...images,
      labels: labels[d] ?? [],
      units: units
        .filter((unit) => unit.scores.some((column) => column !== null))
        .sort((a, b) => (a.model === b.model ? a.seed - b.seed : a.model < b.model ? -1 : 1)),
    };
  });
  checkSameImages(datasets, findings, rows, layout);
  return {
    datasets,
    models: [...new Set(rows.units.map(({ model }) => model))].sort(),
    seeds: [...new Set(rows.units.map(({ seed }) => seed))].sort((a, b) => a - b),
    findings,
  };
}

function isWanted(name: string, wanted: EvaluateConfig['findings']): boolean {
  return wanted === null || (wanted as readonly string[]).includes(name);
}

/** The study's findings in their own order, any others after them by name. */
function byStudyOrder(a: string, b: string): number {
  const rank = (finding: string) => {
    const index = (FINDINGS as readonly string[]).indexOf(finding);
    return index === -1 ? FINDINGS.length : index;
  };
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function fill(
  rows: PredictionRows,
  layout: Layout,
  findings: readonly string[],
  labels: readonly (readonly Int8Array[])[],
  scores: Scores,
): void {
  const findingOf = rows.findings.names.map((name) => findings.indexOf(name));
  const seen = labels.map((columns) => columns.map((column) => new Uint8Array(column.length)));
  const duplicates = new Issues(
    'rows of the same dataset, image, model, seed and finding',
    'keep one row of each',
  );
  const labelsDiffer = new Issues(
    'labels of one image and finding that differ between rows',
    'give every model the same labels',
  );
  for (let row = 0; row < rows.image.length; row++) {
    const image = rows.image.at(row);
    const d = layout.dataset[image] as number;
    const i = layout.position[image] as number;
    const f = findingOf[rows.finding.at(row)] as number;
    if (f === -1) continue;
    const label = rows.label.at(row);
    const known = labels[d]?.[f] as Int8Array;
    const visited = seen[d]?.[f] as Uint8Array;
    if (visited[i] === 1 && known[i] !== label) labelsDiffer.add(() => rows.place(row));
    visited[i] = 1;
    known[i] = label;
    const columns = scores[d]?.[rows.unit.at(row)] as (Float64Array | null)[];
    const column = columns[f] ?? new Float64Array(known.length).fill(Number.NaN);
    columns[f] = column;
    if (!Number.isNaN(column[i])) duplicates.add(() => `${rows.place(row)} repeats ${firstLike(rows, row)}`);
    column[i] = rows.score.at(row);
  }
  duplicates.throwIfAny();
  labelsDiffer.throwIfAny();
}

function firstLike(rows: PredictionRows, row: number): string {
  for (let first = 0; first < row; first++) {
    if (
      rows.image.at(first) === rows.image.at(row) &&
      rows.unit.at(first) === rows.unit.at(row) &&
      rows.finding.at(first) === rows.finding.at(row)
    ) {
      return rows.place(first);
    }
  }
  return rows.place(row);
}

/** A model that was scored on fewer images than another cannot be compared with it. */
function checkSameImages(
  datasets: readonly Dataset[],
  findings: readonly string[],
  rows: PredictionRows,
  layout: Layout,
): void {
  const lacking = new Issues(
    'models scored on different images',
    'score every model and seed on the same images of a data set',
  );
  datasets.forEach(({ name, labels, units }, d) => {
    for (const { model, seed, scores } of units) {
      scores.forEach((column, f) => {
        column?.forEach((score, i) => {
          if (!Number.isNaN(score) || labels[f]?.[i] === UNKNOWN) return;
          const where = () => rows.place(firstOf(rows, layout, d, i));
          lacking.add(() => `${model} seed ${seed} lacks ${findings[f]} of the ${name} image in ${where()}`);
        });
      });
    }
  });
  lacking.throwIfAny();
}

function firstOf(rows: PredictionRows, layout: Layout, dataset: number, position: number): number {
  for (let row = 0; row < rows.image.length; row++) {
    const image = rows.image.at(row);
    if (layout.dataset[image] === dataset && layout.position[image] === position) return row;
  }
  throw new Error('an image without a row');
}
