export { summaryText } from './comparison-table.ts';
export { type ReportRequest, readMetrics, writeReport } from './write-report.ts';
