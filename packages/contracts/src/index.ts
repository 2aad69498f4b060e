export { type Cell, type Column, decodeTable, encodeTable, readTable, type TableShape } from './arrow.ts';
export { replaceFileAtomic, writeFileAtomic } from './atomic-file.ts';
export { auroc, type Placements, placements } from './auroc.ts';
export { CATALOG_TABLES, type CatalogImage } from './catalog-tables.ts';
export { appendRows, duckdbContentHash, queryRows, withDuckDB } from './duckdb.ts';
export { FINDING_NAMES, FINDINGS, type Finding, type Label, type Labels, labelColumn } from './finding.ts';
export { canonicalJson, hashUniform, hashUniforms, type Sha256, sha256, sha256File } from './hash.ts';
export { type HistoryLine, historyLine } from './history.ts';
export {
  type Artifact,
  beginArtifact,
  duckdbEntry,
  fileEntry,
  finishArtifact,
  MANIFEST_NAME,
  type Manifest,
  type ManifestFile,
  openArtifact,
  type RunFacts,
} from './manifest.ts';
export {
  type Metrics,
  type MetricsAbsGapChange,
  type MetricsCell,
  type MetricsChange,
  type MetricsCheck,
  type MetricsControl,
  type MetricsGap,
  metrics,
} from './metrics.ts';
export {
  type AugmentConfig,
  type CatalogConfig,
  type EvaluateConfig,
  type IngestConfig,
  type ModelConfig,
  type Pipeline,
  pipelineJsonSchema,
  type ReportConfig,
  type SourceConfig,
  type TrainConfig,
} from './pipeline.ts';
export { type NamedPipeline, parsePipeline, readPipeline } from './pipeline-file.ts';
export { type Progress, type ProgressTask, silentProgress } from './progress.ts';
export { runFolder, unitPath } from './run-folder.ts';
export { SPLITS, type Split } from './split.ts';
export { Store } from './store.ts';
export { mendable } from './system-error.ts';
export {
  PREDICTIONS,
  QUARANTINE,
  QUARANTINE_REASONS,
  type QuarantineReason,
  RECORDS,
  SHARD,
} from './tables.ts';
export { ConfigError, nearestName, UserError } from './user-error.ts';
export { FRONTAL_VIEWS, type FrontalView, VIEW_SOURCES, VIEWS, type View, type ViewSource } from './view.ts';
