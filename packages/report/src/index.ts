export { readLabelCounts } from './catalog-summary.ts';
export { summaryText } from './comparison-table.ts';
export { trainingLacks } from './label-lacks.ts';
export { type ReportRequest, readMetrics, writeReport } from './write-report.ts';
