export {
  decodeTable,
  encodePieces,
  encodeTable,
  readTable,
  type TableRow,
  type TableShape,
} from './arrow.ts';
export { replaceFileAtomic, writeFileAtomic } from './atomic-file.ts';
export { auroc, placements } from './auroc.ts';
export { CATALOG_TABLES, type CatalogFlow, type CatalogImage } from './catalog-tables.ts';
export type { Cell } from './column.ts';
export { appendRows, queryRows, withDuckDB } from './duckdb.ts';
export { largest, smallest } from './extremes.ts';
export {
  FINDING_NAMES,
  FINDINGS,
  type Finding,
  type Label,
  type Labels,
  labelColumn,
  labelSetColumn,
} from './finding.ts';
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
  runFacts,
} from './manifest.ts';
export {
  type Metrics,
  type MetricsAbsGapChange,
  type MetricsAdjusted,
  type MetricsBootstrap,
  type MetricsCalibration,
  type MetricsCell,
  type MetricsChange,
  type MetricsCheck,
  type MetricsControl,
  type MetricsGap,
  type MetricsImageLevel,
  type MetricsOperatingPoint,
  type MetricsPower,
  type MetricsPrimaryTest,
  type MetricsRoc,
  type MetricsSensitivity,
  type MetricsSource,
  metrics,
} from './metrics.ts';
export { type PhantomConfig, phantomConfig } from './phantom-config.ts';
export {
  type CatalogConfig,
  type EvaluateConfig,
  evaluateConfig,
  type IngestConfig,
  ingestConfig,
  type Pipeline,
  type PredictConfig,
  pipelineJsonSchema,
  predictConfig,
  type ReportConfig,
  trainSection,
} from './pipeline.ts';
export { type NamedPipeline, readPipeline, readTrainSection } from './pipeline-file.ts';
export { printable, printableLine } from './printable.ts';
export { type Progress, type ProgressTask, silentProgress } from './progress.ts';
export { normals, uniforms } from './random.ts';
export { runFolder, unitPath } from './run-folder.ts';
export { ScoredLedger, type ScoredTally, tallySentence } from './scored-ledger.ts';
export { parseShown, type ShownEntry, shownJson } from './shown.ts';
export type {
  AdapterName,
  IdMapConfig,
  LabelMapping,
  LayoutConfig,
  OverlayConfig,
  SourceConfig,
  SourceFacts,
  TableMapping,
} from './source-config.ts';
export { externalSources, isPublished, sourceConfig } from './source-config.ts';
export { SPLITS, type Split } from './split.ts';
export {
  type CatalogFacts,
  catalogFacts,
  ingestFacts,
  type SourceGreys,
  type TrainFacts,
  trainFacts,
} from './stage-facts.ts';
export { byteLength, Store } from './store.ts';
export { isSynthetic, SYNTHETIC_MARKER } from './synthetic-marker.ts';
export { mendable } from './system-error.ts';
export { type AppendRows, writeTable } from './table-file.ts';
export {
  embeddingsTable,
  PREDICTIONS,
  QUARANTINE,
  QUARANTINE_REASONS,
  type QuarantineReason,
  RECORDS,
  REGIONS,
  SHARD,
} from './tables.ts';
export {
  type AugmentConfig,
  type DecoderConfig,
  type ModelConfig,
  modelConfig,
  type ReconstructionLoss,
  type ScheduleConfig,
  type TrainConfig,
  trainConfig,
} from './train-config.ts';
export { type TrialValues, trialName, trialValues, withTrial } from './trial.ts';
export { readChoice, readTrials, type TrialResult, TUNE_FILES } from './tune-files.ts';
export { trialsOf } from './tuning-config.ts';
export { ConfigError, nearestName, StoppedError, type StopSignal, UserError } from './user-error.ts';
export { isFrontal, VIEWS, type View, type ViewSource } from './view.ts';
