import type { Artifact, Metrics, ReportConfig } from '@viewgap/contracts';
import { type CatalogSummary, isSynthetic } from './catalog-summary.ts';
import { checkTable, controlTable } from './check-tables.ts';
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
import { publishedTable } from './published-table.ts';
import { aurocFigure, gapFigure } from './result-figures.ts';
import { changeTable, gapSizeTable, gapTable, performanceTable, seedTable } from './result-tables.ts';
import type { DataTable } from './table.ts';
import { lossFigure, trainingTable } from './training-report.ts';

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
  readonly trainings: readonly Training[];
  /** the seeds for which both compared models were found to be trained alike */
  readonly fairPairs: readonly FairPair[];
  readonly controls: readonly ControlChange[];
  readonly inputs: readonly NamedInput[];
}

/** All tables, in the order of the page; those without a row are left out. */
export function tablesOf({ metrics, catalog, trainings }: ReportContent): DataTable[] {
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
    flowTable(catalog),
    characteristicsTable(catalog),
    labelTable(catalog),
    quarantineTable(catalog),
    overlapTable(catalog),
    checkTable(metrics),
    sourceTable(metrics),
    sensitivityTable(metrics),
    adjustedTable(metrics),
    calibrationTable(metrics),
    operatingPointTable(metrics),
    bootstrapTable(metrics),
    powerTable(metrics),
    controlTable(metrics),
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
