import { largest, smallest } from '@viewgap/stats';
import { keptEpoch, type Training } from '../inputs/history.ts';
import { modelName } from '../text/format.ts';
import type { Figure } from './figure.ts';
import { MODEL_COLOURS, scaleName } from './figure.ts';

const PANELS = [
  { key: 'classification', title: 'Classification (masked cross-entropy)' },
  { key: 'reconstruction', title: 'Reconstruction (per pixel)' },
] as const;

/** Training and validation loss of every model and seed; the epoch that is used carries a point. */
export function lossFigure(trainings: readonly Training[]): Figure {
  const names = [...new Set(trainings.map(({ model }) => scaleName(modelName(model))))];
  const values = trainings.flatMap(({ model, seed, history }) => {
    const kept = keptEpoch(history)?.epoch;
    return history.flatMap((line) =>
      (['train', 'val'] as const).flatMap((part) =>
        PANELS.flatMap(({ key }) => {
          const loss = line[part][key];
          if (loss === null) return [];
          const used = part === 'val' && line.epoch === kept;
          return [
            {
              model: scaleName(modelName(model)),
              seed,
              epoch: line.epoch,
              part: PARTS[part],
              loss: key,
              value: loss,
              used,
            },
          ];
        }),
      ),
    );
  });
  const panels = PANELS.filter(({ key }) => values.some((row) => row.loss === key));
  return {
    name: 'loss',
    title: 'Loss by epoch',
    about: `Training loss (dashed) and validation loss (solid) of every model and seed. The point marks the epoch whose weights are used. Only models with a decoder have a reconstruction loss.`,
    spec: {
      $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
      data: { values },
      // by the plots alone, so that they stand at one height whatever their labels
      bounds: 'flush',
      spacing: 84,
      hconcat: panels.map(({ key, title }) => {
        const losses = values.filter((row) => row.loss === key).map(({ value }) => value);
        const log = spansDecades(losses);
        return panel({
          loss: key,
          title: log ? `${title}, log scale` : title,
          names,
          count: panels.length,
          log,
        });
      }),
    } as Figure['spec'],
  };
}

/** Legend of lines, long enough to show their dashes: the length of a stroke is the root of its size. */
const STROKES = { symbolType: 'stroke', symbolSize: 900, symbolStrokeWidth: 2 } as const;

const PARTS = { train: 'training', val: 'validation' } as const;

/** A first epoch far above the others would press them flat on a linear axis. */
function spansDecades(losses: readonly number[]): boolean {
  const lowest = smallest(losses);
  return lowest > 0 && largest(losses) / lowest > 10;
}

interface Panel {
  readonly loss: string;
  readonly title: string;
  readonly names: readonly string[];
  readonly count: number;
  readonly log: boolean;
}

function panel({ loss, title, names, count, log }: Panel): object {
  const color = {
    field: 'model',
    type: 'nominal',
    sort: names,
    legend: STROKES,
    scale: { domain: names, range: MODEL_COLOURS.slice(0, names.length) },
  };
  const x = {
    field: 'epoch',
    type: 'quantitative',
    axis: { tickMinStep: 1, grid: false, tickCount: 4, labelFlush: false },
    scale: { nice: false },
  };
  const y = {
    field: 'value',
    type: 'quantitative',
    title,
    scale: log ? { type: 'log', nice: false } : { zero: false },
    // The axis says what it shows above its panel, as far from the plot in each, whatever its labels.
    axis: {
      tickCount: 5,
      titleAngle: 0,
      titleAlign: 'left',
      titleBaseline: 'bottom',
      titleX: 0,
      titleY: -10,
      titleFontSize: 12,
    },
  };
  return {
    width: count === 1 ? 520 : 250,
    height: 210,
    transform: [{ filter: `datum.loss === '${loss}'` }],
    layer: [
      {
        mark: { type: 'line', strokeWidth: 2, interpolate: 'linear' },
        encoding: {
          x,
          y,
          color,
          detail: { field: 'seed', type: 'nominal' },
          strokeDash: {
            field: 'part',
            type: 'nominal',
            legend: STROKES,
            scale: {
              domain: [PARTS.train, PARTS.val],
              range: [
                [5, 4],
                [1, 0],
              ],
            },
          },
        },
      },
      {
        transform: [{ filter: 'datum.used' }],
        mark: { type: 'point', filled: true, size: 90, opacity: 1 },
        encoding: { x, y, color },
      },
    ],
  };
}
