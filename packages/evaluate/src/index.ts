export { absChangeInterval, type GapPair, meanAbsChangeInterval } from './abs-change.ts';
export { benjaminiHochberg, holm, type P } from './adjust.ts';
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
export { type Calibration, calibrate, logitsOf } from './calibration.ts';
export { computeMetrics, type MetricsOptions } from './compute-metrics.ts';
export {
  clusterCount,
  clusterEstimate,
  clusteredContrast,
  clusteredCovariance,
  clusteredError,
  combine,
  type Estimate,
  type Term,
} from './contrast.ts';
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
export { equivalenceP } from './equivalence.ts';
export { type EvaluateOptions, evaluatePredictions } from './evaluate-predictions.ts';
export { aurocInfluence, type Influence } from './influence.ts';
export { type Interval, logitInterval, normalInterval } from './interval.ts';
export { type Coefficients, fitLogistic } from './logistic.ts';
export { type MethodError, methodError, studentInterval, studentP } from './method.ts';
export { METRICS_TABLES } from './metrics-tables.ts';
export { chiSquare2Quantile, normalCdf, normalQuantile, normalTail, twoSidedP } from './normal.ts';
export { NEGATIVE, OUT, type Placed, POSITIVE, place } from './place.ts';
export { detectable, patientsNeeded } from './power.ts';
export type { InputLayout } from './prediction-columns.ts';
export { type Ranking, rank, rankingOf, restrict } from './ranking.ts';
export { type Roc, type RocPoint, rocCurve } from './roc.ts';
export { studentQuantile, studentTail, studentTwoSidedP } from './student.ts';
