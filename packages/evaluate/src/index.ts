export { absChangeInterval, type GapPair, meanAbsChangeInterval } from './abs-change.ts';
export { benjaminiHochberg, holm, type P } from './adjust.ts';
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
export { type EvaluateOptions, evaluatePredictions } from './evaluate-predictions.ts';
export { aurocInfluence, type Influence } from './influence.ts';
export { type Interval, logitInterval, normalInterval } from './interval.ts';
export { METRICS_TABLES } from './metrics-tables.ts';
export { chiSquare2Quantile, normalCdf, normalQuantile, normalTail, twoSidedP } from './normal.ts';
