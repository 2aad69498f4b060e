import type { TrainFacts } from '@viewgap/artifacts';
import { plural } from '@viewgap/contracts';
import type { ReportContent } from '../inputs/report-content.ts';
import { confidence, count, counted, findingCode, modelName } from '../text/format.ts';
import { clusterNoun } from '../text/selection.ts';

/**
 * Facts of a run, in the order in which reporting guidelines ask: null where this run has nothing to say.
 * Nothing here is a constant of the software that the run could contradict.
 */
export function reportingFacts(content: ReportContent) {
  const { metrics, catalog, catalogFacts, trained, tuned, scored, shown, config } = content;
  const [from, to] = [metrics.settings.from, metrics.settings.to].map(modelName) as [string, string];
  const [first] = trained;
  const common = first?.common;
  const external = metrics.datasets.filter(({ split }) => split === 'external');
  const internal = metrics.datasets.filter(({ split }) => split !== 'external');
  const splits = catalogFacts.catalog.splits;
  const { size, geometry } = catalogFacts.images;
  return {
    goal: `Whether ${to} reads better than ${from}, and whether its gap between AP and PA is narrower: the answer stands at the top`,
    hypotheses:
      metrics.primary_tests.length === 0
        ? null
        : `Two primary tests in fixed sequence on ${metrics.primary}, table \u201cprimary\u201d`,
    sources: joined(
      Object.entries(catalogFacts.sources).map(
        ([source, { role }]) =>
          `${source}, ${counted(imagesOf(content, source), 'image')}, ${role === 'external' ? 'never trained on' : 'for training and testing'}`,
      ),
    ),
    exclusions: `${counted(
      catalog.quarantine.reduce((sum, { inputs }) => sum + inputs, 0),
      'input',
    )} left out, by reason in table \u201cquarantine\u201d; originals from ${catalogFacts.images.minEdge} pixels on`,
    preprocessing: `One channel of grey, ${size} \u00d7 ${size} pixels, ${geometry === 'stretch' ? 'stretched' : 'letterboxed'} alike for all sources`,
    subset: config.sample === '' ? null : 'Under \u201cThe sample\u201d',
    missing: `Of ${counted(labels(content).all, 'label')} ${count(labels(content).unknown)} are not known: masked in training, left out of the statistics`,
    reference: `${joined([...new Set(catalog.prevalences.filter(({ source }) => source !== 'all').map(({ source, label_set }) => `${source}: ${label_set}`))])} (label sets), table \u201cprevalence\u201d`,
    partitions: `Training, validation and test ${splits.train} : ${splits.val} : ${splits.test} by patient, seed ${catalogFacts.catalog.seed}; external sets whole`,
    disjoint:
      catalog.overlaps.length === 0
        ? 'Patient; no image or patient was found in two sets'
        : `Patient; ${counted(
            catalog.overlaps.reduce((sum, { pairs }) => sum + pairs, 0),
            'pair',
          )} of images or patients in two sets, table \u201coverlaps\u201d`,
    power:
      metrics.power.length === 0
        ? null
        : 'What a test set of this size could have found, table \u201cpower\u201d',
    predictors: 'The pixels of one film, nothing else',
    noAssessors: 'No assessor: pixels',
    normalisation: common ? `Greys normalised: ${common.normalise}` : null,
    model: first ? `${modelsOf(trained)}; settings under \u201cProvenance\u201d` : null,
    software: first ? softwareOf(first) : null,
    initialWeights: common
      ? `Encoder ${common.encoder.weights === null ? 'at random' : `from ${common.encoder.weights}`}, all else at random by the seed; hashes under \u201cProvenance\u201d`
      : null,
    training: common ? trainingOf(trained) : null,
    imbalance: common
      ? `Batches ${common.balance.length === 0 ? 'as they come' : `balanced by ${joined(common.balance)}`}; positive labels ${common.positiveWeights === null ? 'weigh as negative ones' : 'weighted'}`
      : null,
    selection: first
      ? `The epoch with the lowest classification loss on validation images; ${tuned[0] ? `settings by ${counted(tuned[0].trials.length, 'trial')} of each model, table \u201ctuning\u201d` : 'no setting was tuned'}`
      : null,
    ensembles: `None; ${counted(metrics.seeds.length, 'seed')} of each model`,
    metrics: joined([
      'AUROC and average precision by finding and view, AUROC(AP) \u2212 AUROC(PA)',
      ...(metrics.calibration.length > 0 ? ['calibration'] : []),
      ...(metrics.operating_points.length > 0 ? ['sensitivity, specificity and predictive values'] : []),
    ]),
    uncertainty: `${confidence(metrics.settings.level)} intervals clustered by ${metrics.settings.cluster}, under \u201cMethods in short\u201d${scored ? `; ${counted(scored.configurations, 'configuration')} ever scored an external set` : ''}`,
    robustness: tablesNamed([
      ['sensitivity', metrics.sensitivity],
      ['adjusted', metrics.adjusted],
      ['bootstrap', metrics.bootstrap],
      ['controls', metrics.controls],
    ]),
    explained: shown.some(({ images }) => images.length > 0)
      ? 'Grad-CAM under \u201cWhat the models look at\u201d, not validated'
      : null,
    internal: setsOf(internal, clusterNoun(metrics)),
    external: setsOf(external, clusterNoun(metrics)),
    flow: 'Table \u201cflow\u201d',
    characteristics: 'Tables \u201ccharacteristics\u201d, by partition, and \u201cpopulation\u201d',
    performance: 'Tables \u201cperformance\u201d, \u201cgaps\u201d and \u201cchanges\u201d',
    diagnostic:
      tablesNamed([['operating-points', metrics.operating_points]]) ?? 'Table \u201cperformance\u201d',
    heterogeneity: tablesNamed([['sources', metrics.sources]]),
    recalibration: metrics.calibration.some(({ scores }) => scores === 'scaled')
      ? 'Scores scaled by a logistic regression on the validation images, table \u201ccalibration\u201d'
      : null,
    output: `A score for each of ${joined(metrics.findings.map(findingCode))}`,
    thresholds:
      metrics.operating_points.length > 0
        ? 'one threshold for both views, table \u201coperating-points\u201d'
        : null,
    events: 'Tables \u201clabels\u201d, by partition, and \u201cpositives\u201d',
    details: first
      ? 'Settings and hashes under \u201cProvenance\u201d; weights in each training\u2019s artifact, and by viewgap export'
      : null,
  } satisfies Record<string, string | null>;
}

export type FactName = keyof ReturnType<typeof reportingFacts>;

const joined = (parts: readonly string[]) => parts.join('; ');

function imagesOf({ catalog }: ReportContent, source: string): number {
  return catalog.groups.filter((row) => row.source === source).reduce((sum, { images }) => sum + images, 0);
}

function labels({ catalog }: ReportContent): { readonly all: number; readonly unknown: number } {
  const sum = (of: (row: ReportContent['catalog']['labels'][number]) => number) =>
    catalog.labels.reduce((total, row) => total + of(row), 0);
  const unknown = sum((row) => row.unknown);
  return { all: unknown + sum(({ positives, negatives }) => positives + negatives), unknown };
}

function modelsOf(trained: readonly TrainFacts[]): string {
  const models = [...new Map(trained.map((facts) => [facts.name, facts])).values()];
  return joined(
    models.map(({ name, common, model: { decoder } }) => {
      const drawn = decoder ? `decoder, lambda ${decoder.lambda}` : 'no decoder';
      return `${modelName(name)}: ${common.encoder.name}, ${drawn}`;
    }),
  );
}

function softwareOf({ engine }: TrainFacts): string | null {
  const named = Object.entries(engine).flatMap(([name, value]) =>
    typeof value === 'string' && !name.endsWith('Sha256') ? [`${name} ${value}`] : [],
  );
  return named.length === 0 ? null : named.join(', ');
}

function trainingOf(trained: readonly TrainFacts[]): string {
  const [{ common }] = trained as [TrainFacts];
  const optimiser = common.weightDecay > 0 ? `AdamW, weight decay ${common.weightDecay}` : 'Adam';
  const length = common.steps === null ? counted(common.epochs, 'epoch') : counted(common.steps, 'step');
  return `${counted(trained.length, 'training')}: ${optimiser}, learning rate ${common.learningRate} (${common.schedule.shape}), batches of ${common.batchSize}, ${length}, ${common.precision}; augmentations and all else under \u201cProvenance\u201d`;
}

function tablesNamed(tables: readonly (readonly [string, readonly unknown[]])[]): string | null {
  const names = tables.filter(([, rows]) => rows.length > 0).map(([name]) => `\u201c${name}\u201d`);
  return names.length === 0 ? null : `${plural(names.length, 'Table')} ${names.join(', ')}`;
}

function setsOf(datasets: ReportContent['metrics']['datasets'], noun: string): string | null {
  if (datasets.length === 0) return null;
  return joined(
    datasets.map(
      ({ dataset, images, clusters }) =>
        `${dataset}, ${counted(images, 'image')} of ${counted(clusters, noun)}`,
    ),
  );
}
