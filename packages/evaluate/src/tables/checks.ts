import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import {
  clusterCount,
  clusteredError,
  combine,
  type Estimate,
  logitInterval,
  OUT,
  place,
  rankingOf,
  type Term,
} from '@viewgap/stats';
import { type Contrasts, clusteredPlacements } from '../contrasts/estimates.ts';
import { bounds } from '../contrasts/inference.ts';
import { joinNotes } from '../contrasts/notes.ts';
import type { Reading } from '../contrasts/reading.ts';
import { tableOf } from '../contrasts/table.ts';
import { type LabelCounts, pairCount } from '../study/label-counts.ts';
import type { Dataset } from '../study/study.ts';

type Check = MetricsRow<'checks'>;

export const table = tableOf(METRICS_TABLES.checks, ({ study, contrasts, reading, notes }) =>
  study.models.flatMap((model) => checkRows(contrasts, model, reading, notes)),
);

/** What can make a gap an artefact, for each finding of one model (mean over its seeds). */
function checkRows(
  contrasts: Contrasts,
  model: string,
  { level }: Pick<Reading, 'level'>,
  notes: readonly string[],
): Check[] {
  const seeds = contrasts.levelSeeds(model);
  const { aspect } = contrasts.dataset;
  const geometry = aspect && forView(aspect, contrasts.dataset);
  const probe = probeForView(contrasts, model, seeds);
  const probeError = probe && clusteredError(probe);
  return contrasts.findings.map((finding) => {
    const [ap, pa] = [contrasts.counts(finding, 'AP'), contrasts.counts(finding, 'PA')];
    const [inAp, inPa, pooled] = (['AP', 'PA', 'all'] as const).map((view) =>
      contrasts.auroc(model, seeds, finding, view),
    );
    const value = (of: typeof pooled) => of?.estimate?.value ?? null;
    return {
      dataset: contrasts.dataset.name,
      model,
      seed: null,
      finding,
      view_only_auroc: viewOnlyAuroc(ap, pa),
      pooled_auroc: value(pooled),
      within_view_auroc: withinView([
        { pairs: pairCount(ap), auroc: value(inAp) },
        { pairs: pairCount(pa), auroc: value(inPa) },
      ]),
      prevalence_ap: prevalence(ap),
      prevalence_pa: prevalence(pa),
      score_vs_view_auroc: scoreVsView(contrasts, model, seeds, finding),
      geometry_auroc: geometry?.value ?? null,
      view_probe_auroc: probe?.value ?? null,
      ...bounds(
        'view_probe_ci',
        probe && probeError ? logitInterval(probe.value, probeError, level, clusterCount(probe) - 1) : null,
      ),
      note: joinNotes([
        ...new Set([pooled?.missing ?? null, inAp?.missing ?? null, inPa?.missing ?? null]),
        ...notes,
      ]),
    };
  });
}

/** AUROC of the flag "is AP" for the finding: half of 1 + P(AP | present) - P(AP | absent). */
export function viewOnlyAuroc(ap: LabelCounts, pa: LabelCounts): number | null {
  const positives = ap.positives + pa.positives;
  const negatives = ap.n + pa.n - positives;
  if (positives === 0 || negatives === 0) return null;
  return (1 + ap.positives / positives - (ap.n - ap.positives) / negatives) / 2;
}

function prevalence({ n, positives }: LabelCounts): number | null {
  return n === 0 ? null : positives / n;
}

/** Mean of the views' AUROCs, weighted by their pairs of a positive and a negative; a view without a pair has no weight. */
function withinView(views: readonly { pairs: number; auroc: number | null }[]): number | null {
  let pairs = 0;
  let sum = 0;
  for (const view of views) {
    if (view.auroc === null) continue;
    pairs += view.pairs;
    sum += view.pairs * view.auroc;
  }
  return pairs === 0 ? null : sum / pairs;
}

/** AUROC of a number for "is AP" among the images that have it. */
function forView(values: Float64Array, dataset: Dataset): Estimate | null {
  const code = dataset.ap.map((view, i) => (Number.isNaN(values[i]) ? OUT : view));
  const placements = new Float64Array(code.length);
  const placed = place(rankingOf(values), code, null, placements);
  return placed && clusteredPlacements(dataset, code, placed, placements, null);
}

/** AUROC of the view probe on the embedding, mean over seeds; null where a seed has none. */
function probeForView(contrasts: Contrasts, model: string, seeds: readonly number[]): Estimate | null {
  const terms = seeds.flatMap((seed): Term[] => {
    const scores = contrasts.unit(model, seed)?.viewProbe;
    const estimate = scores ? forView(scores, contrasts.dataset) : null;
    return estimate ? [{ weight: 1 / seeds.length, estimate }] : [];
  });
  const [first, ...others] = terms;
  return first && terms.length === seeds.length ? combine([first, ...others]) : null;
}

function mean(values: readonly (number | null)[]): number | null {
  if (values.length === 0 || values.includes(null)) return null;
  return values.reduce((sum: number, value) => sum + (value as number), 0) / values.length;
}

/** Whether the score tells AP from PA where there is nothing to see: among the images without the finding. */
function scoreVsView(
  contrasts: Contrasts,
  model: string,
  seeds: readonly number[],
  finding: string,
): number | null {
  const labels = contrasts.labels(finding);
  const { ap } = contrasts.dataset;
  const code = ap.map((view, i) => (labels[i] === 0 ? view : OUT));
  const values = new Float64Array(code.length);
  return mean(
    seeds.map((seed) => {
      const scores = contrasts.scores(model, seed, finding);
      return scores === null ? null : (place(rankingOf(scores), code, null, values)?.auroc ?? null);
    }),
  );
}
