import { OUT, type Placed, POSITIVE, place } from './placements.ts';
import { uniforms } from './random.ts';
import type { Ranking } from './ranking.ts';

/** Plain data: what a bootstrap by patient needs, so that it can be handed to a thread. */
export interface BootstrapJob {
  /** of the random numbers; each replicate has a stream of its own, whichever thread draws it */
  readonly seed: number;
  readonly patients: number;
  /** number of each image's patient */
  readonly patient: Int32Array;
  readonly cells: readonly BootstrapCell[];
  readonly contrasts: readonly BootstrapContrast[];
}

/** One AUROC. */
export interface BootstrapCell {
  /** of the cell's images alone, to be quick */
  readonly ranking: Ranking;
  readonly code: Uint8Array;
}

/** A linear combination of the cells' AUROCs. */
export interface BootstrapContrast {
  readonly terms: readonly { readonly cell: number; readonly weight: number }[];
  readonly value: number;
  /** 1 where a patient has an image in it; null: it is not studentised */
  readonly members: Uint8Array | null;
}

/** Numbers of each replicate and, within it, of each contrast. NaN where a class was not drawn. */
export interface Replicates {
  readonly values: Float64Array;
  /** (value - that of the sample) / its own clustered error, of contrasts that are studentised */
  readonly t: Float64Array;
}

/** Below this a standard error is what rounding leaves of 0. */
const ROUNDING = 1e-13;

/**
 * Replicates `from` to `to - 1`: patients are drawn with replacement, with all their images (Field and Welsh, JRSS B
 * 2007); errors within a replicate are clustered by the drawn copies of patients.
 */
export function replicate(job: BootstrapJob, from: number, to: number): Replicates {
  const { contrasts } = job;
  const size = (to - from) * contrasts.length;
  const found: Replicates = { values: new Float64Array(size), t: new Float64Array(size).fill(Number.NaN) };
  const work = workspace(job);
  for (let r = from; r < to; r++) {
    drawPatients(job, uniforms(job.seed, r), work);
    job.cells.forEach((cell, c) => {
      work.aurocs[c] = scoreCell(job, cell, work, work.influences[c] ?? null);
    });
    contrasts.forEach((contrast, k) => {
      const at = (r - from) * contrasts.length + k;
      let value = 0;
      for (const { cell, weight } of contrast.terms) value += weight * (work.aurocs[cell] as number);
      found.values[at] = value;
      if (contrast.members === null || Number.isNaN(value)) return;
      const se = errorOf(contrast, contrast.members, work);
      if (se > ROUNDING) found.t[at] = (value - contrast.value) / se;
    });
  }
  return found;
}

interface Workspace {
  /** how often each patient was drawn */
  readonly drawn: Float64Array;
  /** the same of each image */
  readonly weights: Float64Array;
  readonly placements: Float64Array;
  readonly aurocs: Float64Array;
  /** of each cell that a studentised contrast needs: influence of one copy of each patient */
  readonly influences: readonly (Float64Array | null)[];
}

function workspace({ patients, patient, cells, contrasts }: BootstrapJob): Workspace {
  const needed = new Set(
    contrasts.filter(({ members }) => members !== null).flatMap(({ terms }) => terms.map(({ cell }) => cell)),
  );
  return {
    drawn: new Float64Array(patients),
    weights: new Float64Array(patient.length),
    placements: new Float64Array(patient.length),
    aurocs: new Float64Array(cells.length),
    influences: cells.map((_, c) => (needed.has(c) ? new Float64Array(patients) : null)),
  };
}

function drawPatients({ patients, patient }: BootstrapJob, uniform: () => number, work: Workspace): void {
  const { drawn, weights } = work;
  drawn.fill(0);
  for (let draw = 0; draw < patients; draw++) {
    const g = Math.floor(uniform() * patients);
    drawn[g] = (drawn[g] as number) + 1;
  }
  for (let i = 0; i < patient.length; i++) weights[i] = drawn[patient[i] as number] as number;
}

/** The AUROC, NaN without a class; fills `influence` where it is asked for. */
function scoreCell(
  { patient }: BootstrapJob,
  { ranking, code }: BootstrapCell,
  { weights, placements }: Workspace,
  influence: Float64Array | null,
): number {
  const placed = place(ranking, code, weights, placements);
  if (placed === null) return Number.NaN;
  if (influence !== null) fillInfluence(influence, ranking.order, code, patient, placements, placed);
  return placed.auroc;
}

function fillInfluence(
  influence: Float64Array,
  order: Uint32Array,
  code: Uint8Array,
  patient: Int32Array,
  placements: Float64Array,
  { auroc, positives, negatives }: Placed,
): void {
  influence.fill(0);
  for (const i of order) {
    const c = code[i];
    if (c === OUT) continue;
    const g = patient[i] as number;
    const share = ((placements[i] as number) - auroc) / (c === POSITIVE ? positives : negatives);
    influence[g] = (influence[g] as number) + share;
  }
}

function errorOf(
  { terms }: BootstrapContrast,
  members: Uint8Array,
  { drawn, influences }: Workspace,
): number {
  let [copies, sum] = [0, 0];
  for (let g = 0; g < members.length; g++) {
    const times = drawn[g] as number;
    if (members[g] === 0 || times === 0) continue;
    let influence = 0;
    for (const { cell, weight } of terms) influence += weight * (influences[cell]?.[g] as number);
    copies += times;
    sum += times * influence * influence;
  }
  return copies < 2 ? 0 : Math.sqrt((sum * copies) / (copies - 1));
}

/** The result of many replicates for one contrast. */
export interface BootstrapResult {
  /** standard deviation; null with fewer than two replicates that have a value */
  readonly se: number | null;
  /** replicates that have a value */
  readonly count: number;
  /** |t| of those that have one, ascending */
  readonly t: Float64Array;
}

/** @param contrast its number in the job */
export function resultOf({ values, t }: Replicates, contrast: number, contrasts: number): BootstrapResult {
  const own = (all: Float64Array) =>
    all.filter((value, at) => at % contrasts === contrast && !Number.isNaN(value));
  const found = own(values);
  const count = found.length;
  const mean = found.reduce((sum, value) => sum + value, 0) / count;
  const squares = found.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { se: count < 2 ? null : Math.sqrt(squares / (count - 1)), count, t: own(t).map(Math.abs).sort() };
}

/** Symmetric bootstrap-t (Hall, JRSS B 1988): half of the interval's width, in standard errors. */
export function tQuantile({ t }: Pick<BootstrapResult, 't'>, level: number): number | null {
  return t.length < 100 ? null : (t[Math.min(t.length - 1, Math.ceil(level * (t.length + 1)) - 1)] as number);
}

/** Share of replicates at least as far from 0 as the sample, which counts as one of them. */
export function tTestP({ t }: Pick<BootstrapResult, 't'>, statistic: number): number | null {
  if (t.length < 100) return null;
  const beyond = t.reduce((count, value) => count + (value >= Math.abs(statistic) ? 1 : 0), 0);
  return (beyond + 1) / (t.length + 1);
}
