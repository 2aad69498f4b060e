export { type PredictOptions, predictImages } from './predict.ts';
export { type TrainOptions, trainModel } from './train.ts';
