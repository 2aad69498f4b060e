import type { Findings } from '@viewgap/contracts';
import type { Figure } from './figures/figure.ts';
import { lossFigure } from './figures/loss-figure.ts';
import { aurocFigure, gapFigure } from './figures/result-figures.ts';
import type { ReportContent } from './inputs/report-content.ts';
import { checkTable, controlTable, viewClueTable } from './tables/check-tables.ts';
import {
  characteristicsTable,
  flowTable,
  labelTable,
  overlapTable,
  positivesTable,
  quarantineTable,
} from './tables/data-tables.ts';
import {
  adjustedTable,
  bootstrapTable,
  calibrationTable,
  powerTable,
  primaryTable,
  sensitivityTable,
  sourceTable,
} from './tables/further-tables.ts';
import { gapSizeTable, narrowingTable, pooledChangeTable, worstViewTable } from './tables/gap-tables.ts';
import { groupTable, patientGroupTable } from './tables/group-tables.ts';
import { operatingPointTable, paThresholdTable } from './tables/operating-tables.ts';
import { populationTable, prevalenceTable } from './tables/population-tables.ts';
import { publishedTable } from './tables/published-table.ts';
import { CLAIM, TRIPOD_AI } from './tables/reporting-items.ts';
import { reportingTable } from './tables/reporting-table.ts';
import { changeTable, FINDING, gapTable, performanceTable, seedTable } from './tables/result-tables.ts';
import { labelErrorTable, siteTable } from './tables/site-tables.ts';
import { trainingTable } from './tables/training-table.ts';
import { tuningTable } from './tables/tuning-table.ts';
import { findingName } from './text/format.ts';
import type { DataTable } from './text/table.ts';

/** All tables, in the order of the page; those without a row are left out. */
export function tablesOf(content: ReportContent): DataTable[] {
  const { metrics, catalog, trainings, tuned, findings } = content;
  const tables = [
    positivesTable(catalog, metrics),
    primaryTable(metrics),
    performanceTable(metrics),
    gapTable(metrics),
    changeTable(metrics),
    narrowingTable(metrics),
    gapSizeTable(metrics),
    worstViewTable(metrics),
    pooledChangeTable(metrics),
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
    siteTable(metrics),
    labelErrorTable(metrics),
    sensitivityTable(metrics),
    adjustedTable(metrics),
    calibrationTable(metrics),
    operatingPointTable(metrics),
    paThresholdTable(metrics),
    groupTable(metrics),
    patientGroupTable(metrics),
    bootstrapTable(metrics),
    powerTable(metrics),
    controlTable(metrics),
    reportingTable(CLAIM, content),
    reportingTable(TRIPOD_AI, content),
  ].filter((table) => table.rows.length > 0);
  return tables.map((table) => titled(table, findings));
}

/** The table with the findings under the study's titles. */
function titled(table: DataTable, findings: Findings): DataTable {
  const columns = table.columns.map((column) =>
    column === FINDING ? { ...column, shown: (finding: string) => findingName(finding, findings) } : column,
  );
  return { ...table, columns };
}

/** All figures, in the order of the page. */
export function figuresOf({ metrics, trainings }: ReportContent): Figure[] {
  return [
    ...metrics.datasets.flatMap((dataset) => [aurocFigure(metrics, dataset), gapFigure(metrics, dataset)]),
    ...(trainings.some(({ history }) => history.length > 0) ? [lossFigure(trainings)] : []),
  ];
}
