export { codesOf, DEFAULT_STUDY, type Findings, findingsConfig } from './config/findings-config.ts';
export { LAYOUT_NAMES, type LayoutName } from './config/layout-names.ts';
export { type PhantomConfig, phantomConfig } from './config/phantom-config.ts';
export {
  type CatalogConfig,
  catalogConfig,
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
  IdMapConfig,
  LabelMapping,
  LayoutConfig,
  OverlayConfig,
  SourceConfig,
  SourceFacts,
  TableMapping,
} from './config/source-config.ts';
export { externalSources, isPublished, sourceConfig, sourceFacts } from './config/source-config.ts';
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
export type { Metrics } from './results/metrics.ts';
export { parseShown, type ShownEntry, shownJson } from './results/shown.ts';
export {
  DEFAULT_FINDINGS,
  DEFAULT_TITLES,
  type DefaultFinding,
  type Finding,
  type Label,
  labelColumn,
  labelSetColumn,
} from './study/finding.ts';
export { LAYOUT_LABELS, type LabelledLayout } from './study/layout-labels.ts';
export { QUARANTINE_REASONS, type QuarantineReason } from './study/quarantine-reason.ts';
export { SPLITS, type Split } from './study/split.ts';
export { isFrontal, VIEWS, type View, type ViewSource } from './study/view.ts';
