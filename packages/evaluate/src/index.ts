export { computeMetrics, type MetricsOptions } from './compute-metrics.ts';
export { type EvaluateOptions, evaluatePredictions } from './evaluate-predictions.ts';
export type { InputLayout } from './input/prediction-columns.ts';
export { averagePrecision } from './stats/average-precision.ts';
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
} from './stats/bootstrap.ts';
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
} from './stats/delong.ts';
export { equivalenceP } from './stats/equivalence.ts';
export {
  clusterCount,
  clusterEstimate,
  clusteredContrast,
  clusteredCovariance,
  clusteredError,
  combine,
  type Estimate,
  type Term,
} from './stats/estimate.ts';
export { absChangeInterval, type GapPair, meanAbsChangeInterval } from './stats/gap-size.ts';
export { aurocInfluence, type Influence } from './stats/influence.ts';
export { type Interval, logitInterval, normalInterval } from './stats/interval.ts';
export { type Coefficients, fitLogistic } from './stats/logistic.ts';
export { benjaminiHochberg, holm, type P } from './stats/multiplicity.ts';
export { chiSquare2Quantile, normalCdf, normalQuantile, normalTail, twoSidedP } from './stats/normal.ts';
export { NEGATIVE, OUT, type Placed, POSITIVE, place } from './stats/placements.ts';
export { type Ranking, rank, rankingOf, restrict } from './stats/ranking.ts';
export { type Roc, type RocPoint, rocCurve } from './stats/roc.ts';
export { type MethodError, methodError, studentInterval, studentP } from './stats/seed-variance.ts';
export { studentQuantile, studentTail, studentTwoSidedP } from './stats/student.ts';
export { type Calibration, calibrate, logitsOf } from './tables/calibration.ts';
export { METRICS_TABLES } from './tables/metrics-tables.ts';
export { detectable, patientsNeeded } from './tables/power.ts';
