// Statistics of classifiers that images of patients are scored by: no package of ours is imported here.
export { auroc, type Placements, placements } from './auroc.ts';
export { averagePrecision } from './average-precision.ts';
export {
  type BootstrapCell,
  type BootstrapContrast,
  type BootstrapJob,
  type BootstrapResult,
  type Replicates,
  replicate,
  resultOf,
  tQuantile,
  tTestP,
} from './bootstrap.ts';
export { bootstrapOnThreads } from './bootstrap-threads.ts';
export { type Calibration, calibrate, calibrationSlope, type LabelledLogits } from './calibration.ts';
export {
  clusterCount,
  clusterEstimate,
  clusteredContrast,
  clusteredCovariance,
  clusteredError,
  combine,
  type Estimate,
  type Term,
} from './clustered-estimate.ts';
export {
  type DelongCurve,
  type DelongTest,
  delong,
  delongCovariance,
  delongInterval,
  delongMean,
  delongPaired,
  delongUnpaired,
  delongVariance,
} from './delong.ts';
export { largest, smallest } from './extremes.ts';
export { absChangeInterval, type GapPair, meanAbsChangeInterval } from './gap-size.ts';
export { hashUniform, hashUniforms } from './hash-uniform.ts';
export { type AurocTerm, type Moments, momentsOf } from './inference/aurocs.ts';
export {
  FEWEST_TESTED,
  type Inference,
  type InferenceQuestion,
  inferMethod,
  inferWeights,
  isLarge,
  type Rule,
} from './inference/infer.ts';
export { type MoverTerm, moverInterval, moverP } from './inference/mover.ts';
export { type Direction, gapDirection } from './inference/narrowing.ts';
export {
  FEWEST_SEEDS,
  type ReadersPair,
  readersPair,
  type SeedReaders,
  seedReaders,
  TESTED_SEEDS,
} from './inference/seed-readers.ts';
export { strataOf } from './inference/strata.ts';
export { effectiveSize, wilsonInterval } from './inference/wilson.ts';
export { aurocInfluence, type Influence } from './influence.ts';
export {
  type Interval,
  logitInterval,
  normalInterval,
  type StudentError,
  studentInterval,
  studentP,
} from './interval.ts';
export { type Coefficients, fitLogistic } from './logistic.ts';
export { crossEntropy, expit } from './logit.ts';
export {
  commonEffect,
  type RandomEffects,
  randomEffects,
  type SiteEffect,
  type SitesMean,
} from './meta-analysis.ts';
export { benjaminiHochberg, holm, type P } from './multiplicity.ts';
export {
  normalCdf,
  normalDensity,
  normalQuantile,
  normalTail,
  twoSidedP,
} from './normal.ts';
export { NEGATIVE, OUT, type Placed, POSITIVE, place } from './placements.ts';
export { normals, uniforms } from './random.ts';
export { type Ranking, rank, rankingOf, rankPart, restrict } from './ranking.ts';
export { type Roc, type RocPoint, rocCurve } from './roc.ts';
export { type ShareContrast, type ShareTerm, shareContrast, shareInterval, shareSize } from './share.ts';
export { studentQuantile, studentTail, studentTwoSidedP } from './student.ts';
