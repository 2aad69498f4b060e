import type { Metrics } from '@viewgap/contracts';
import { largest, smallest } from '@viewgap/stats';
import { intervalNote } from '../tables/result-tables.ts';
import { findingCode, modelNames } from '../text/format.ts';
import { fileName } from '../text/printable.ts';
import { cellOf, ciOf, datasetName, findingsOf, gapOf } from '../text/selection.ts';
import { type Figure, MODEL_COLOURS, scaleName } from './figure.ts';

/** Height of one finding's band, pixels. */
const BAND = 58;
const WIDTH = 380;

/** Name of a figure of one data set. */
export function figureName(kind: 'auroc' | 'gap', dataset: string): string {
  return `${kind}-${fileName(dataset)}`;
}

/** AUROC per finding, AP and PA side by side for both models. */
export function aurocFigure(metrics: Metrics, dataset: Metrics['datasets'][number]): Figure {
  const names = modelNames(metrics.models).map(scaleName);
  const values = findingsOf(metrics).flatMap((finding) =>
    metrics.models.flatMap((model, m) =>
      (['AP', 'PA'] as const).map((view) => {
        const cell = cellOf(metrics, { dataset: dataset.dataset, model, finding, view });
        const [lo, hi] = ciOf(cell) ?? [null, null];
        return {
          finding: scaleName(findingCode(finding)),
          model: names[m],
          view,
          series: `${names[m]} ${view}`,
          value: cell?.estimate ?? null,
          lo,
          hi,
        };
      }),
    ),
  );
  const series = names.flatMap((name) => ['AP', 'PA'].map((view) => `${name} ${view}`));
  return {
    name: figureName('auroc', dataset.dataset),
    title: 'AUROC by view',
    subtitle: datasetName(dataset),
    about: `One point per finding, model and view, with its interval. Dotted line: 0.5, no better than chance. ${intervalNote(metrics)}`,
    spec: forest({
      metrics,
      values,
      series,
      x: { title: 'AUROC', domain: [lowest(values, 0.5, 0.05), highest(values, 1, 0.05)], zero: 0.5 },
      shape: { field: 'view', domain: ['AP', 'PA'], range: ['circle', 'diamond'] },
    }),
  };
}

/** The view gap per finding, both models. */
export function gapFigure(metrics: Metrics, dataset: Metrics['datasets'][number]): Figure {
  const names = modelNames(metrics.models).map(scaleName);
  const values = findingsOf(metrics).flatMap((finding) =>
    metrics.models.map((model, m) => {
      const gap = gapOf(metrics, { dataset: dataset.dataset, model, finding });
      const [lo, hi] = ciOf(gap) ?? [null, null];
      const name = names[m];
      return {
        finding: scaleName(findingCode(finding)),
        model: name,
        series: name,
        value: gap?.estimate ?? null,
        lo,
        hi,
      };
    }),
  );
  return {
    name: figureName('gap', dataset.dataset),
    title: 'View gap, AUROC(AP) \u2212 AUROC(PA)',
    subtitle: datasetName(dataset),
    about: `One point per finding and model, with its interval. Dotted line: no gap. ${intervalNote(metrics)}`,
    spec: forest({
      metrics,
      values,
      series: names,
      x: {
        title: '\u2190 PA read better \u00a0 | \u00a0 AP read better \u2192',
        domain: [lowest(values, 0, 0.05), highest(values, 0, 0.05)],
        zero: 0,
      },
      shape: {
        field: 'model',
        domain: names,
        range: ['circle', 'square', 'triangle-up', 'cross', 'diamond'],
      },
    }),
  };
}

interface Point {
  readonly finding: string;
  readonly value: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
}

interface Forest {
  readonly metrics: Metrics;
  readonly values: readonly Point[];
  /** order of the marks within a finding's band */
  readonly series: readonly string[];
  readonly x: { readonly title: string; readonly domain: readonly [number, number]; readonly zero: number };
  readonly shape: {
    readonly field: string;
    readonly domain: readonly string[];
    readonly range: readonly string[];
  };
}

/** A forest plot: findings downwards, intervals across, a dotted line where there is no effect. */
function forest({ metrics, values, series, x, shape }: Forest): Figure['spec'] {
  const findings = findingsOf(metrics).map(findingCode).map(scaleName);
  const models = modelNames(metrics.models).map(scaleName);
  const scale = { domain: x.domain, nice: false, zero: false };
  const y = {
    field: 'finding',
    type: 'nominal',
    sort: findings,
    title: null,
    scale: { paddingInner: 0.25, paddingOuter: 0.1 },
    axis: {
      ticks: false,
      grid: true,
      tickBand: 'extent',
      labelPadding: 10,
      labelFontWeight: { condition: { test: "datum.value === 'mAUROC'", value: 600 }, value: 400 },
    },
  };
  const yOffset = { field: 'series', type: 'nominal', sort: series, scale: { domain: series } };
  const colour = {
    field: 'model',
    type: 'nominal',
    sort: models,
    scale: { domain: models, range: MODEL_COLOURS.slice(0, models.length) },
  };
  const known = values.filter((row) => row.value !== null);
  const unknown = values.filter((row) => row.value === null);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: WIDTH,
    height: BAND * findings.length,
    layer: [
      {
        data: { values: [{ at: x.zero }] },
        mark: { type: 'rule', color: '#8a93a1', strokeDash: [2, 3] },
        encoding: { x: { field: 'at', type: 'quantitative', scale } },
      },
      {
        data: { values: known },
        mark: { type: 'rule', strokeWidth: 1.75 },
        encoding: {
          y,
          yOffset,
          color: colour,
          x: { field: 'lo', type: 'quantitative', scale, title: x.title, axis: { tickCount: 6 } },
          x2: { field: 'hi' },
        },
      },
      {
        data: { values: known },
        mark: { type: 'point', filled: true, size: 62, opacity: 1 },
        encoding: {
          y,
          yOffset,
          color: colour,
          shape: { field: shape.field, type: 'nominal', scale: { domain: shape.domain, range: shape.range } },
          x: { field: 'value', type: 'quantitative', scale },
        },
      },
      {
        data: { values: unknown },
        mark: { type: 'text', align: 'left', text: 'n/a', fontSize: 10, dx: 4 },
        encoding: { y, yOffset, color: colour, x: { value: 0 } },
      },
    ],
  } as Figure['spec'];
}

function lowest(values: readonly Point[], reference: number, step: number): number {
  const bounds = values.flatMap((row) => [row.lo, row.value]).filter((bound) => bound !== null);
  return Math.floor(smallest([reference, ...bounds]) / step - 0.2) * step;
}

function highest(values: readonly Point[], reference: number, step: number): number {
  const bounds = values.flatMap((row) => [row.hi, row.value]).filter((bound) => bound !== null);
  return Math.ceil(largest([reference, ...bounds]) / step + 0.2) * step;
}
