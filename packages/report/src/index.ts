export { readLabelCounts } from './inputs/catalog-summary.ts';
export { summaryText } from './tables/comparison-table.ts';
export { type Answer, answers } from './text/answer.ts';
export { trainingLacks } from './text/label-lacks.ts';
export { type ReportRequest, readMetrics, writeReport } from './write-report.ts';
