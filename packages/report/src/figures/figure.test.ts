import { expect, test } from 'vitest';
import { HOSTILE_NAMES, renamed } from '../../test/hostile-names.ts';
import { testHistory } from '../../test/testing.ts';
import { testMetrics } from '../../test/testing-metrics.ts';
import { renderFigure } from './figure.ts';
import { lossFigure } from './loss-figure.ts';
import { aurocFigure, gapFigure } from './result-figures.ts';

const dataset = { dataset: 'nih', split: 'test', images: 88, clusters: 43, excluded: 0, note: null };
const metrics = testMetrics([dataset]);
const trainings = ['model1', 'model2'].map((model) => ({ model, seed: 0, history: testHistory(model) }));
const figures = [aurocFigure(metrics, dataset), gapFigure(metrics, dataset), lossFigure(trainings)];

const draw = (synthetic: boolean) => Promise.all(figures.map((figure) => renderFigure(figure, synthetic)));

test('the same figure is the same text, whatever was drawn before', async () => {
  expect(await draw(false)).toEqual(await draw(false));
});

test('ids are unique between figures, and every reference has its id', async () => {
  const svgs = await draw(false);
  const ids = svgs.flatMap((svg) => [...svg.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id));
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of svgs.join('').matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id);
});

test('a figure has a title and a description for those who cannot see it', async () => {
  const [svg] = await draw(false);
  expect(svg).toMatch(
    /^<svg [^>]*role="img" aria-labelledby="auroc-nih-title auroc-nih-about"><title id="auroc-nih-title">AUROC by view, nih \(test\)<\/title><desc id="auroc-nih-about">/,
  );
});

test('a synthetic figure says so in the drawing', async () => {
  for (const svg of await draw(true)) expect(svg).toMatch(/>SYNTHETIC DATA(, nih \(test\))?<\/text>/);
  for (const svg of await draw(false)) expect(svg).not.toContain('SYNTHETIC');
});

test('what cannot be computed is drawn as n/a', async () => {
  const [auroc, gap] = await draw(false);
  expect(auroc?.match(/>n\/a<\/text>/g)).toHaveLength(2);
  expect(gap?.match(/>n\/a<\/text>/g)).toHaveLength(2);
});

test('reconstruction has a panel only where a model has a decoder', async () => {
  const alone = await renderFigure(lossFigure(trainings.slice(0, 1)), false);
  const both = await renderFigure(lossFigure(trainings), false);
  expect(alone).not.toContain('>Reconstruction');
  expect(both).toContain('>Reconstruction');
});

test('the panels of the losses stand at one height, with their titles', async () => {
  // Reconstruction losses from 1 to 0.01 have a logarithmic axis with other labels.
  const steep = trainings.map((training) => ({
    ...training,
    history: training.history.map((line) => ({
      ...line,
      train: { ...line.train, reconstruction: line.train.reconstruction && 1 / line.epoch ** 2 },
    })),
  }));
  const svg = await renderFigure(lossFigure(steep), false);
  expect(svg).toContain('log scale');
  const panels = [...svg.matchAll(/translate\(([\d.]+),([\d.]+)\)"><path class="background"/g)];
  const heights = panels.slice(-2).map(([, , y]) => y);
  expect(heights).toHaveLength(2);
  expect(new Set(heights).size).toBe(1);
  const titles = [
    ...svg.matchAll(/translate\(([-\d.]+),([-\d.]+)\)"[^>]*>(?:Classification|Reconstruction) \(/g),
  ];
  expect(titles).toHaveLength(2);
  expect(new Set(titles.map(([, , y]) => y)).size).toBe(1);
});

test('ids that vega makes by itself carry the name of their figure', async () => {
  const clipped = (name: string) => ({
    name,
    title: name,
    about: '',
    spec: {
      data: { values: [{ a: 1, b: 2 }] },
      mark: { type: 'point' as const, clip: true },
      encoding: {
        x: { field: 'a', type: 'quantitative' as const },
        y: { field: 'b', type: 'quantitative' as const },
      },
    },
  });
  for (const name of ['first', 'second']) {
    const svg = await renderFigure(clipped(name), false);
    const [, reference] = svg.match(/url\(#([^)]+)\)/) ?? [];
    expect(reference).toMatch(new RegExp(`^${name}-`));
    expect(svg).toContain(`id="${reference}"`);
  }
});

test.each(HOSTILE_NAMES)(
  'models and data sets called %j are text in a figure, whose name is a plain one',
  async (name) => {
    const hostile = renamed(metrics, { model1: name, nih: name, FIB: name });
    const of = { ...dataset, dataset: name };
    for (const figure of [aurocFigure(hostile, of), gapFigure(hostile, of)]) {
      expect(figure.name).toMatch(/^(auroc|gap)-[a-z0-9_-]+$/);
      const svg = await renderFigure(figure, false);
      expect(svg).not.toMatch(/<(script|img)/);
      // every id is the figure's own, and what XML does not allow is gone
      const tags = [...svg.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
      for (const [, id] of tags.join('').matchAll(/ id="([^"]+)"/g))
        expect(id).toMatch(new RegExp(`^${figure.name}-`));
      expect(svg).not.toMatch(/(?![\t\n\r])\p{Cc}/u);
      const markup = /<\/?[a-z]+(?: [\w:-]+="[^"<]*")*\/?>/g;
      expect(svg.replaceAll(markup, '')).not.toMatch(/[<>]/);
    }
  },
);
