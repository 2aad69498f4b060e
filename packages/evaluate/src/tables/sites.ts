import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import {
  commonEffect,
  type RandomEffects,
  randomEffects,
  type SiteEffect,
  type SitesMean,
  studentInterval,
  studentP,
} from '@viewgap/stats';
import { Contrasts, missing, overClusters } from '../contrasts/estimates.ts';
import { bounds, type Inferred, infer } from '../contrasts/inference.ts';
import { joinNotes } from '../contrasts/notes.ts';
import { changeSubjects, gapSubjects, type Subject, seededOf } from '../contrasts/quantity.ts';
import type { Reading } from '../contrasts/reading.ts';
import { SEEDS_FOR_METHOD, SEEDS_FOR_TEST, type Seeded } from '../contrasts/seeded.ts';
import { tableOf } from '../contrasts/table.ts';
import { partOf } from '../study/parts.ts';
import type { Dataset } from '../study/study.ts';

type SiteRow = MetricsRow<'sites'>;

/** From this many sites on they are a sample of sites; fewer tell too little of how sites differ (Bender 2018). */
const SITES_FOR_RANDOM = 5;

export const table = tableOf(METRICS_TABLES.sites, ({ study, contrasts, pairs, reading, notes }) => {
  const { dataset, findings } = contrasts;
  const within = sitesOf(dataset).map(({ site, of }) => ({ site, own: new Contrasts(of, findings) }));
  if (within.length < 2) return [];
  const subjects = [
    ...study.models.flatMap((model) => gapSubjects(model, findings)),
    ...pairs.flatMap(([from, to]) => changeSubjects(from, to, findings)).filter(({ view }) => view !== 'all'),
  ];
  return subjects.flatMap((subject) => {
    const each = within.map(({ site, own }) => ({ site, seeded: seededOf(own, subject) }));
    return subjectRows(dataset.name, subject, each, reading, notes);
  });
});

function sitesOf(dataset: Dataset): { site: string; of: Dataset }[] {
  const { source } = dataset.texts;
  return (source?.names ?? []).map((site, code) => ({
    site,
    of: partOf(dataset, (i) => source?.code[i] === code),
  }));
}

interface Site {
  readonly site: string;
  readonly seeded: Seeded;
}

function subjectRows(
  dataset: string,
  subject: Subject,
  each: readonly Site[],
  reading: Reading,
  notes: readonly string[],
): SiteRow[] {
  // Sites share their weights: the variance between seeds belongs to their mean, once.
  const inferred = each.map(({ seeded }) => infer({ ...seeded, bySeed: [] }, 'difference', reading));
  const used = each.flatMap((one, i) => {
    const { estimate, se } = (inferred[i] as Inferred).contrast;
    return estimate !== null && se ? [{ ...one, place: i, value: estimate, variance: se ** 2 }] : [];
  });
  const mean =
    used.length < 2 ? null : used.length < SITES_FOR_RANDOM ? commonEffect(used) : randomEffects(used);
  const empty = { tau_squared: null, cochran_q: null, ...bounds('prediction', null) };
  const rows = each.map(({ site }, i): SiteRow => {
    const { contrast, note } = inferred[i] as Inferred;
    const place = used.findIndex((one) => one.place === i);
    const weight = mean?.weights[place] ?? null;
    return { dataset, ...subject, site, method: 'site', ...contrast, weight, ...empty, note };
  });
  return [...rows, { dataset, ...subject, ...meanRow(used, mean, each.length, reading, notes) }];
}

type Used = Site & SiteEffect;
type MeanRow = Omit<SiteRow, keyof Subject | 'dataset'>;

function meanRow(
  used: readonly Used[],
  mean: SitesMean | RandomEffects | null,
  all: number,
  reading: Reading,
  notes: readonly string[],
): MeanRow {
  const pooled = (of: (seeded: Seeded) => Seeded['mean'] | undefined) =>
    mean === null
      ? missing('fewer than two sites can be estimated')
      : overClusters(
          used.map(({ seeded }) => of(seeded) ?? missing('')),
          mean.weights,
        );
  const seeds = used[0]?.seeded.bySeed ?? [];
  const seeded = {
    mean: pooled(({ mean }) => mean),
    bySeed: seeds.map((_, k) => pooled(({ bySeed }) => bySeed[k])),
  };
  const { contrast, weights, note } = infer(seeded, 'difference', reading);
  const shared = { site: null, weight: null };
  const said = joinNotes([note, used.length < all ? `sites left out: ${all - used.length}` : null, ...notes]);
  const empty = { tau_squared: null, cochran_q: null, ...bounds('prediction', null) };
  if (mean === null || !('tauSquared' in mean)) {
    return { ...shared, method: 'common_effect', ...contrast, ...empty, note: said };
  }
  const between = Math.max(0, (contrast.se ?? 0) ** 2 - (weights.weights_se ?? 0) ** 2);
  const ofSeeds = seeds.length < SEEDS_FOR_METHOD ? 0 : between;
  const error = { se: Math.sqrt(mean.variance + ofSeeds), df: used.length - 1 };
  const df = freedom(mean.variance, used.length - 1, ofSeeds, seeds.length - 1);
  const tested = seeds.length < SEEDS_FOR_METHOD || seeds.length >= SEEDS_FOR_TEST;
  const further = { se: Math.sqrt(mean.variance + mean.tauSquared + ofSeeds), df: used.length - 2 };
  return {
    ...shared,
    method: 'random_effects',
    ...contrast,
    estimate: mean.value,
    se: error.se,
    ...bounds('ci', studentInterval(mean.value, { se: error.se, df }, reading.level)),
    df,
    p: tested ? studentP(mean.value, { se: error.se, df }) : null,
    tau_squared: mean.tauSquared,
    cochran_q: mean.q,
    ...bounds('prediction', studentInterval(mean.value, further, reading.level)),
    note: said,
  };
}

/** Satterthwaite's degrees of freedom of a sum of two variances. */
function freedom(sites: number, sitesDf: number, seeds: number, seedsDf: number): number {
  if (seeds === 0) return sitesDf;
  return (sites + seeds) ** 2 / (sites ** 2 / sitesDf + seeds ** 2 / seedsDf);
}
