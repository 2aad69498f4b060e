import type {
  Artifact,
  CatalogFacts,
  Metrics,
  ReportConfig,
  ScoredTally,
  TrainFacts,
} from '@viewgap/contracts';
import { type CatalogSummary, isSynthetic } from './catalog-summary.ts';
import { checkTable, controlTable, viewClueTable } from './check-tables.ts';
import {
  characteristicsTable,
  flowTable,
  labelTable,
  overlapTable,
  positivesTable,
  quarantineTable,
} from './data-tables.ts';
import type { ControlChange, FairPair } from './fair-comparison.ts';
import type { Figure } from './figure.ts';
import {
  adjustedTable,
  bootstrapTable,
  calibrationTable,
  operatingPointTable,
  powerTable,
  primaryTable,
  sensitivityTable,
  sourceTable,
} from './further-tables.ts';
import type { Training } from './history.ts';
import { populationTable, prevalenceTable } from './population-tables.ts';
import { publishedTable } from './published-table.ts';
import { CLAIM, TRIPOD_AI } from './reporting-items.ts';
import { reportingTable } from './reporting-table.ts';
import { aurocFigure, gapFigure } from './result-figures.ts';
import { changeTable, gapSizeTable, gapTable, performanceTable, seedTable } from './result-tables.ts';
import type { Shown } from './shown.ts';
import type { DataTable } from './table.ts';
import { lossFigure, trainingTable } from './training-report.ts';
import type { Tuned } from './tuned.ts';
import { tuningTable } from './tuning-table.ts';

/** An input of the report, by the name of its unit, e.g. `train/model1/seed-0`. */
export interface NamedInput {
  readonly unit: string;
  readonly artifact: Artifact;
}

/** Everything that the report says, before it is written. */
export interface ReportContent {
  readonly pipelineName: string;
  readonly config: ReportConfig;
  readonly metrics: Metrics;
  readonly catalog: CatalogSummary;
  readonly catalogFacts: CatalogFacts;
  readonly trainings: readonly Training[];
  /** how each of these trainings was made */
  readonly trained: readonly TrainFacts[];
  /** by model: the trials that chose its settings */
  readonly tuned: readonly Tuned[];
  /** how many configurations ever scored an external set; null where there is none */
  readonly scored: ScoredTally | null;
  /** pictures of each model, of one seed */
  readonly shown: readonly Shown[];
  /** the seeds for which both compared models were found to be trained alike */
  readonly fairPairs: readonly FairPair[];
  readonly controls: readonly ControlChange[];
  readonly inputs: readonly NamedInput[];
}

/** All tables, in the order of the page; those without a row are left out. */
export function tablesOf(content: ReportContent): DataTable[] {
  const { metrics, catalog, trainings, tuned } = content;
  return [
    positivesTable(catalog, metrics),
    primaryTable(metrics),
    performanceTable(metrics),
    gapTable(metrics),
    changeTable(metrics),
    gapSizeTable(metrics),
    seedTable(metrics),
    publishedTable(metrics, catalog),
    trainingTable(trainings),
    tuningTable(tuned),
    flowTable(catalog),
    populationTable(catalog),
    characteristicsTable(catalog),
    prevalenceTable(catalog),
    labelTable(catalog),
    quarantineTable(catalog),
    overlapTable(catalog),
    checkTable(metrics),
    viewClueTable(metrics),
    sourceTable(metrics),
    sensitivityTable(metrics),
    adjustedTable(metrics),
    calibrationTable(metrics),
    operatingPointTable(metrics),
    bootstrapTable(metrics),
    powerTable(metrics),
    controlTable(metrics),
    reportingTable(CLAIM, content),
    reportingTable(TRIPOD_AI, content),
  ].filter((table) => table.rows.length > 0);
}

/** All figures, in the order of the page. */
export function figuresOf({ metrics, trainings }: ReportContent): Figure[] {
  return [
    ...metrics.datasets.flatMap((dataset) => [aurocFigure(metrics, dataset), gapFigure(metrics, dataset)]),
    ...(trainings.some(({ history }) => history.length > 0) ? [lossFigure(trainings)] : []),
  ];
}

export function contentIsSynthetic({ catalog }: ReportContent): boolean {
  return isSynthetic(catalog);
}
