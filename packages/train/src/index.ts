export type { CheckpointEvery } from './checkpointer.ts';
export { type PredictOptions, predictImages } from './predict.ts';
export { pretrainedFile } from './pretrained.ts';
export { type TrainOptions, trainModel } from './train.ts';
