import { type ScoredTally, tallySentence } from '@viewgap/artifacts';
import type { Metrics } from '@viewgap/contracts';
import { answers } from '../text/answer.ts';
import { confidence, count, counted, findingCode, fixed, modelName, pValue, signed } from '../text/format.ts';
import { datasetLacks } from '../text/label-lacks.ts';
import { meanLines } from '../text/mean-findings.ts';
import { columnsOf, fitted, onOneLine } from '../text/printable.ts';
import {
  cellOf,
  changeOf,
  clusterNoun,
  datasetName,
  estimateOf,
  findingsOf,
  gapOf,
  oneSeed,
  rarestCell,
  shownSeed,
} from '../text/selection.ts';
import { SYNTHETIC } from '../text/table.ts';

/** Widest name that the first column prints; longer ones are cut. */
const NAME_WIDTH = 10;
/** Columns of a terminal. */
const WIDTH = 100;

/** The study's numbers for a terminal, at most 100 columns wide, without colours; ends with its reach. */
export function comparisonTable(metrics: Metrics, synthetic = false): string {
  const lines = metrics.datasets.flatMap((dataset) => [
    ...wrapped(
      `${datasetName(dataset)}: ${counted(dataset.images, 'image')} of ${counted(dataset.clusters, clusterNoun(metrics))}`,
    ),
    '',
    ...aurocLines(metrics, dataset.dataset),
    '',
    ...gapLines(metrics, dataset.dataset),
    ...lackLines(metrics, dataset.dataset),
    '',
  ]);
  const seeds = oneSeed(metrics)
    ? 'these weights only (one seed)'
    : `mean over ${count(metrics.seeds.length)} seeds`;
  return [
    ...(synthetic ? [`${SYNTHETIC} DATA: these numbers say nothing about radiographs`, ''] : []),
    ...lines,
    ...verdictLines(metrics),
    ...absentLines(metrics),
    ...fewLines(metrics),
    seeds,
  ].join('\n');
}

/** What `viewgap pipeline` prints: the comparison, and where the whole report is. */
export function summaryText(summary: {
  readonly metrics: Metrics;
  readonly reportPath: string;
  /** null where there is no external set */
  readonly scored?: ScoredTally | null;
  /** what the labels of the training images lack, as trainingLacks says it; null where nothing */
  readonly unlearnt?: string | null;
  readonly synthetic?: boolean;
}): string {
  const { metrics, reportPath, scored = null, unlearnt = null, synthetic = false } = summary;
  const table = comparisonTable(metrics, synthetic);
  return [
    table,
    ...(unlearnt === null ? [] : wrapped(`not learnt, whatever the numbers: ${unlearnt}`)),
    ...(scored === null ? [] : wrapped(tallySentence(scored))),
    '',
    `report: ${reportPath}`,
  ].join('\n');
}

function aurocLines(metrics: Metrics, dataset: string): string[] {
  const models = [metrics.settings.from, metrics.settings.to];
  const views = ['AP', 'PA', 'mean'] as const;
  const number = (value: number | null | undefined) => (value == null ? 'n/a' : fixed(value)).padStart(7);
  const rows = findingsOf(metrics).map((finding) => {
    const cells = models.map((model) =>
      views.map((view) => number(cellOf(metrics, { dataset, model, finding, view })?.estimate)).join(''),
    );
    const change = changeOf(metrics, { dataset, finding, of: 'change_of_auroc', view: 'mean' });
    return `${name(finding)}${cells.join('  ')}  ${estimate(change)}  ${p(change?.p)}`;
  });
  const change = `change, mean (${confidence(metrics.settings.level)} CI)`;
  return [
    `${'AUROC'.padEnd(NAME_WIDTH)}${models.map((model) => centre(modelName(model), 21)).join('  ')}`.trimEnd(),
    `${''.padEnd(NAME_WIDTH)}${models.map(() => views.map((view) => view.padStart(7)).join('')).join('  ')}  ${change.padStart(24)}  ${'p'.padStart(6)}`,
    ...rows,
  ];
}

function gapLines(metrics: Metrics, dataset: string): string[] {
  const { from, to } = metrics.settings;
  const rows = findingsOf(metrics).map((finding) => {
    const gaps = [from, to].map((model) => gapOf(metrics, { dataset, model, finding }));
    const change = changeOf(metrics, { dataset, finding, of: 'change_of_gap', view: null });
    const cells = [...gaps, change].map(estimate);
    return `${name(finding)}${cells.join('  ')}  ${p(change?.p)}`;
  });
  return [
    `gap = AUROC(AP) - AUROC(PA), with ${confidence(metrics.settings.level)} CI`,
    `${''.padEnd(NAME_WIDTH)}${[modelName(from), modelName(to), 'change'].map((head) => right(head, 24)).join('  ')}  ${'p'.padStart(6)}`,
    ...rows,
  ];
}

const BETTER = {
  above: 'yes',
  below: 'no, worse',
  'not-shown': 'not shown',
  unknown: 'cannot be said',
} as const;
const NARROWS = {
  narrower: 'yes',
  smaller: 'it is smaller, a loss in a view is not excluded',
  wider: 'no, wider',
  'not-shown': 'not shown',
  descriptive: 'not tested',
  unknown: 'cannot be said',
} as const;

function verdictLines(metrics: Metrics): string[] {
  const to = fitted(modelName(metrics.settings.to), 24);
  return answers(metrics).flatMap(({ dataset, better, gap }) =>
    wrapped(`${dataset}: is ${to} better? ${BETTER[better]}. does the gap narrow? ${NARROWS[gap]}.`),
  );
}

/** Why there is an n/a, below the table that has it. */
function lackLines(metrics: Metrics, dataset: string): string[] {
  const lacks = datasetLacks(metrics, dataset);
  return lacks === null ? [] : ['', ...wrapped(`n/a: ${lacks}`)];
}

/** Where there is no p, and where means of different findings stand side by side. */
function absentLines(metrics: Metrics): string[] {
  const lines = meanLines(metrics, 'levels').flatMap(wrapped);
  const absent = shownSeed(metrics, metrics.cells).some(({ estimate }) => estimate === null);
  const untested = shownSeed(metrics, metrics.changes).some(
    ({ estimate, p }) => estimate !== null && p === null,
  );
  return [
    ...(absent && lines.length === 0 ? ['mAUROC leaves out what cannot be estimated (n/a)'] : lines),
    ...(untested
      ? [
          `p n/a: no test below ${metrics.settings.no_test_below} ${clusterNoun(metrics)}s of a class${metrics.seeds.length === 3 || metrics.seeds.length === 4 ? `, nor with ${metrics.seeds.length} seeds` : ''}`,
        ]
      : []),
  ];
}

/** Broken between words; what goes on is indented. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of onOneLine(text).split(' ')) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > WIDTH) {
      lines.push(line);
      line = ' ';
    }
    line = fitted(`${line === '' ? '' : `${line} `}${word}`, WIDTH);
  }
  return [...lines, line];
}

function fewLines(metrics: Metrics): string[] {
  const rarest = rarestCell(
    metrics,
    metrics.datasets.map(({ dataset }) => dataset),
  );
  if (rarest === null) return [];
  const few = counted(rarest.images, `${rarest.positive ? 'positive' : 'negative'} image`);
  return [`as few as ${few} (${fitted(findingCode(rarest.finding), 20)} in ${rarest.view})`];
}

function name(finding: string): string {
  const shown = fitted(findingCode(finding), NAME_WIDTH - 1);
  return shown + ' '.repeat(NAME_WIDTH - columnsOf(shown));
}

/** `+0.012 (-0.110, +0.134)`, 24 wide */
function estimate(row: Parameters<typeof estimateOf>[0]): string {
  const { value, ci } = estimateOf(row);
  if (value === null) return 'n/a'.padStart(24);
  const interval = ci === null ? '(n/a)' : `(${signed(ci[0])}, ${signed(ci[1])})`;
  return `${signed(value)} ${interval}`.padStart(24);
}

function p(value: number | null | undefined): string {
  return (value == null ? 'n/a' : pValue(value)).padStart(6);
}

function centre(text: string, width: number): string {
  const cut = fitted(text, width);
  const free = width - columnsOf(cut);
  return ' '.repeat(Math.floor(free / 2)) + cut + ' '.repeat(Math.ceil(free / 2));
}

function right(text: string, width: number): string {
  const cut = fitted(text, width);
  return ' '.repeat(width - columnsOf(cut)) + cut;
}
