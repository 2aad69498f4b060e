import type { FactName } from './reporting-facts.ts';

/** An item of a reporting guideline, and the facts of a run that answer it; without any the authors answer it. */
export interface ReportingItem {
  /** as the guideline numbers it */
  readonly item: string;
  /** what it asks for, in our words */
  readonly topic: string;
  readonly answeredBy: readonly FactName[];
}

export interface ReportingGuideline {
  /** of its table */
  readonly name: string;
  readonly title: string;
  readonly citation: string;
  readonly items: readonly ReportingItem[];
}

const item = (number: string | number, topic: string, ...answeredBy: FactName[]): ReportingItem => ({
  item: String(number),
  topic,
  answeredBy,
});

/** Checklist for Artificial Intelligence in Medical Imaging, all 44 items. */
export const CLAIM: ReportingGuideline = {
  name: 'claim',
  title: 'CLAIM 2024',
  citation: 'Tejani et al., Radiology: Artificial Intelligence 2024;6(4):e240300',
  items: [
    item(1, 'AI methodology in the title or abstract'),
    item(2, 'Abstract'),
    item(3, 'Background, intended use and role'),
    item(4, 'Aims and hypotheses', 'hypotheses'),
    item(5, 'Prospective or retrospective'),
    item(6, 'Goal of the study', 'goal'),
    item(7, 'Sources of the data', 'sources'),
    item(8, 'Inclusion and exclusion criteria', 'exclusions'),
    item(9, 'Preprocessing', 'preprocessing'),
    item(10, 'Selection of subsets', 'subset'),
    item(11, 'De-identification'),
    item(12, 'Missing data', 'missing'),
    item(13, 'Acquisition protocol'),
    item(14, 'Reference standard, definition', 'reference'),
    item(15, 'Reference standard, rationale'),
    item(16, 'Reference standard, who annotated'),
    item(17, 'Annotation of the test set'),
    item(18, 'Variability of annotators'),
    item(19, 'Assignment to partitions', 'partitions'),
    item(20, 'Level at which partitions are disjoint', 'disjoint'),
    item(21, 'Intended size of the test set', 'power'),
    item(22, 'Model', 'model'),
    item(23, 'Software', 'software'),
    item(24, 'Initial weights', 'initialWeights'),
    item(25, 'Training', 'training', 'imbalance'),
    item(26, 'Choice of the final model', 'selection'),
    item(27, 'Ensembles', 'ensembles'),
    item(28, 'Metrics', 'metrics'),
    item(29, 'Significance and uncertainty', 'uncertainty'),
    item(30, 'Robustness and sensitivity', 'robustness'),
    item(31, 'Explainability', 'explained'),
    item(32, 'Evaluation on internal data', 'internal'),
    item(33, 'Testing on external data', 'external'),
    item(34, 'Registration of a trial'),
    item(35, 'Numbers included and excluded', 'flow'),
    item(36, 'Characteristics in each partition', 'characteristics'),
    item(37, 'Performance and its uncertainty', 'performance'),
    item(38, 'Diagnostic performance and its precision', 'diagnostic'),
    item(39, 'Failure analysis'),
    item(40, 'Limitations'),
    item(41, 'Implications for practice'),
    item(42, 'Protocol, technical details', 'details'),
    item(43, 'Availability of software, model, data'),
    item(44, 'Funding'),
  ],
};

/** Transparent reporting of a prediction model that uses machine learning, all 27 items with their parts. */
export const TRIPOD_AI: ReportingGuideline = {
  name: 'tripod-ai',
  title: 'TRIPOD+AI',
  citation: 'Collins et al., BMJ 2024;385:e078378',
  items: [
    item(1, 'Title'),
    item(2, 'Abstract'),
    item('3a', 'Healthcare context and rationale'),
    item('3b', 'Target population, purpose, users'),
    item('3c', 'Known health inequalities'),
    item(4, 'Objectives', 'goal', 'hypotheses'),
    item('5a', 'Sources of the data', 'sources'),
    item('5b', 'Dates of the data'),
    item('6a', 'Setting and centres'),
    item('6b', 'Eligibility', 'exclusions'),
    item('6c', 'Treatments'),
    item(7, 'Data preparation', 'preprocessing'),
    item('8a', 'Outcome', 'reference'),
    item('8b', 'Assessors of the outcome'),
    item('8c', 'Blinding of their assessment'),
    item('9a', 'Choice of predictors', 'predictors'),
    item('9b', 'Definition of predictors', 'preprocessing'),
    item('9c', 'Assessors of predictors', 'noAssessors'),
    item(10, 'Size of the study', 'power'),
    item(11, 'Missing data', 'missing'),
    item('12a', 'Use of the data, partitions', 'partitions', 'disjoint'),
    item('12b', 'Handling of predictors', 'normalisation'),
    item('12c', 'Model, building, tuning, internal validation', 'model', 'training', 'selection'),
    item('12d', 'Heterogeneity across clusters', 'uncertainty', 'heterogeneity'),
    item('12e', 'Measures and plots', 'metrics'),
    item('12f', 'Updating of the model', 'recalibration'),
    item('12g', 'Calculation of predictions', 'details'),
    item(13, 'Class imbalance', 'imbalance'),
    item(14, 'Fairness'),
    item(15, 'Output, thresholds', 'output', 'thresholds'),
    item(16, 'Differences of training and evaluation', 'characteristics'),
    item(17, 'Ethical approval'),
    item('18a', 'Funding'),
    item('18b', 'Conflicts of interest'),
    item('18c', 'Protocol'),
    item('18d', 'Registration'),
    item('18e', 'Sharing of data'),
    item('18f', 'Sharing of code'),
    item(19, 'Patient and public involvement'),
    item('20a', 'Flow of participants', 'flow'),
    item('20b', 'Characteristics', 'characteristics'),
    item('20c', 'Evaluation against development data', 'characteristics'),
    item(21, 'Participants and events in each analysis', 'events'),
    item(22, 'The full model', 'details'),
    item('23a', 'Performance with intervals', 'performance'),
    item('23b', 'Heterogeneity of performance', 'heterogeneity'),
    item(24, 'Results of updating', 'recalibration'),
    item(25, 'Interpretation'),
    item(26, 'Limitations'),
    item('27a', 'Poor or missing input in use'),
    item('27b', 'Interaction and expertise of users'),
    item('27c', 'Next steps'),
  ],
};
