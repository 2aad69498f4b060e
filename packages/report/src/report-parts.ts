import { checkTable, controlTable, viewClueTable } from './check-tables.ts';
import {
  characteristicsTable,
  flowTable,
  labelTable,
  overlapTable,
  positivesTable,
  quarantineTable,
} from './data-tables.ts';
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
import { populationTable, prevalenceTable } from './population-tables.ts';
import { publishedTable } from './published-table.ts';
import type { ReportContent } from './report-content.ts';
import { CLAIM, TRIPOD_AI } from './reporting-items.ts';
import { reportingTable } from './reporting-table.ts';
import { aurocFigure, gapFigure } from './result-figures.ts';
import { changeTable, gapSizeTable, gapTable, performanceTable, seedTable } from './result-tables.ts';
import type { DataTable } from './table.ts';
import { lossFigure, trainingTable } from './training-report.ts';
import { tuningTable } from './tuning-table.ts';

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
