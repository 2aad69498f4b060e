export { openTimedLoop, type TimedLoop, type TimedLoopOptions, type Turn } from './bench/timed-loop.ts';
export type { CheckpointEvery } from './checkpointer.ts';
export { EXPORT_FORMATS, type ExportFacts, type ExportFormat } from './export-facts.ts';
export { type ExportOptions, exportModel } from './export-model.ts';
export { type PredictOptions, predictImages } from './predict.ts';
export { pretrainedFile } from './pretrained.ts';
export { type TrainOptions, trainModel } from './train.ts';
