import type { Artifact, CatalogFacts, ScoredTally, TrainFacts } from '@viewgap/artifacts';
import type { Findings, Metrics, ReportConfig } from '@viewgap/contracts';
import { type CatalogSummary, isSynthetic } from './catalog-summary.ts';
import type { ControlChange, FairPair } from './fair-comparison.ts';
import type { Training } from './history.ts';
import type { Shown } from './shown.ts';
import type { Tuned } from './tuned.ts';

/** An input of the report, by the name of its unit, e.g. `train/model1/seed-0`. */
export interface NamedInput {
  readonly unit: string;
  readonly artifact: Artifact;
}

/** Everything that the report says, before it is written. */
export interface ReportContent {
  readonly pipelineName: string;
  readonly config: ReportConfig;
  readonly metrics: Metrics;
  /** what the study is of: titles of the findings */
  readonly findings: Findings;
  readonly catalog: CatalogSummary;
  readonly catalogFacts: CatalogFacts;
  readonly trainings: readonly Training[];
  /** how each of these trainings was made */
  readonly trained: readonly TrainFacts[];
  /** by model: the trials that chose its settings */
  readonly tuned: readonly Tuned[];
  /** how many configurations ever scored an external set; null where there is none */
  readonly scored: ScoredTally | null;
  /** pictures of each model, of one seed */
  readonly shown: readonly Shown[];
  /** the seeds for which both compared models were found to be trained alike */
  readonly fairPairs: readonly FairPair[];
  readonly controls: readonly ControlChange[];
  readonly inputs: readonly NamedInput[];
}

export function contentIsSynthetic({ catalog }: ReportContent): boolean {
  return isSynthetic(catalog);
}
