export {
  decodeTable,
  encodePieces,
  encodeTable,
  readTable,
  type TableRow,
  type TableShape,
} from './artifacts/arrow.ts';
export { replaceFileAtomic, writeFileAtomic } from './artifacts/atomic-file.ts';
export { CATALOG_TABLES, type CatalogFlow, type CatalogImage } from './artifacts/catalog-tables.ts';
export type { Cell } from './artifacts/column.ts';
export { appendRows, queryRows, withDuckDB } from './artifacts/duckdb.ts';
export {
  canonicalJson,
  hashUniform,
  hashUniforms,
  type Sha256,
  sha256,
  sha256File,
} from './artifacts/hash.ts';
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
} from './artifacts/manifest.ts';
export { runFolder, unitPath } from './artifacts/run-folder.ts';
export { byteLength, Store } from './artifacts/store.ts';
export { isSynthetic, SYNTHETIC_MARKER } from './artifacts/synthetic-marker.ts';
export { type AppendRows, writeTable } from './artifacts/table-file.ts';
export { embeddingsTable, PREDICTIONS, QUARANTINE, RECORDS, REGIONS, SHARD } from './artifacts/tables.ts';
export { type PhantomConfig, phantomConfig } from './config/phantom-config.ts';
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
  type Settings,
  settingsSchema,
  trainSection,
} from './config/pipeline.ts';
export { type NamedPipeline, readPipeline, readSettings, readTrainSection } from './config/pipeline-file.ts';
export type {
  AdapterName,
  IdMapConfig,
  LabelMapping,
  LayoutConfig,
  OverlayConfig,
  SourceConfig,
  SourceFacts,
  TableMapping,
} from './config/source-config.ts';
export { externalSources, isPublished, sourceConfig } from './config/source-config.ts';
export {
  type AugmentConfig,
  type DecoderConfig,
  type ModelConfig,
  modelConfig,
  type ReconstructionLoss,
  type ScheduleConfig,
  type TrainConfig,
  trainConfig,
} from './config/train-config.ts';
export { type TrialValues, trialName, trialValues, withTrial } from './config/trial.ts';
export { trialsOf } from './config/tuning-config.ts';
export {
  ConfigError,
  counted,
  duration,
  mendable,
  nearestName,
  type Progress,
  type ProgressTask,
  plural,
  printable,
  printableLine,
  StoppedError,
  type StopSignal,
  silentProgress,
  UserError,
} from './errors/index.ts';
export { type HistoryLine, historyLine } from './results/history.ts';
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
} from './results/metrics.ts';
export { ScoredLedger, type ScoredTally, tallySentence } from './results/scored-ledger.ts';
export { parseShown, type ShownEntry, shownJson } from './results/shown.ts';
export {
  type CatalogFacts,
  catalogFacts,
  ingestFacts,
  predictFacts,
  type SourceGreys,
  type TrainFacts,
  trainFacts,
} from './results/stage-facts.ts';
export { readChoice, readTrials, type TrialResult, TUNE_FILES } from './results/tune-files.ts';
export { auroc, placements } from './stats/auroc.ts';
export { largest, smallest } from './stats/extremes.ts';
export { normals, uniforms } from './stats/random.ts';
export {
  FINDING_NAMES,
  FINDINGS,
  type Finding,
  type Label,
  type Labels,
  labelColumn,
  labelSetColumn,
} from './study/finding.ts';
export { QUARANTINE_REASONS, type QuarantineReason } from './study/quarantine-reason.ts';
export { SPLITS, type Split } from './study/split.ts';
export { isFrontal, VIEWS, type View, type ViewSource } from './study/view.ts';
