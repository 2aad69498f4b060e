import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mistakes, SMALLEST } from '../../test/mistakes.ts';
import { temporaryFolder } from '../../test/testing.ts';
import { ConfigError } from '../errors/user-error.ts';
import { DEFAULT_STUDY } from './findings-config.ts';
import { parsePipeline, readPipeline } from './pipeline-file.ts';

const parse = (value: unknown) => parsePipeline(JSON.stringify(value), 'pipeline.json');

describe('a pipeline.json', () => {
  test('of sources and models alone is whole: the rest has defaults', () => {
    expect(parse(SMALLEST)).toEqual({
      sources: {
        nih: {
          adapter: 'nih-chestxray14',
          root: '.',
          role: 'train',
          synthetic: false,
          split: 'official',
          overlays: [],
          maxRejected: {},
          patientIds: 'checked',
        },
      },
      findings: DEFAULT_STUDY,
      ingest: { size: 224, geometry: 'stretch', encoding: 'png', minEdge: 64 },
      catalog: {
        seed: 0,
        splits: { train: 0.6, val: 0.15, test: 0.25 },
        overlap: 'refuse',
        lookAlikes: true,
      },
      train: {
        seeds: [0],
        tuning: null,
        common: expect.objectContaining({ batchSize: 32, epochs: 30, learningRate: 0.001 }),
        models: {
          model1: { decoder: null, control: null },
          model2: {
            decoder: { lambda: 1, loss: 'l2', outputFraction: 1, stopGradient: false },
            control: null,
          },
        },
      },
      predict: { embeddings: false, shown: 4, showPrivate: false },
      evaluate: {
        from: 'model1',
        to: 'model2',
        primary: null,
        primaryMinimum: 20,
        level: 0.95,
        findings: null,
        cluster: 'patient',
        family: 'findings',
        margin: null,
        labelAccuracy: {},
        bootstrap: 0,
        thresholdRule: 'specificity',
        specificity: 0.9,
        thresholds: {},
        groups: [],
        labels: null,
      },
      report: { title: expect.any(String), sample: '' },
    });
  });

  test('may name its schema, for editors, and start with a byte order mark', () => {
    const text = `\uFEFF${JSON.stringify({ $schema: '../pipeline.schema.json', ...SMALLEST })}`;
    expect(parsePipeline(text, 'pipeline.json').sources).toHaveProperty('nih');
  });

  test('names its pipeline by its folder', async () => {
    const folder = join(await temporaryFolder(), 'my-study');
    await mkdir(folder);
    await writeFile(join(folder, 'pipeline.json'), JSON.stringify(SMALLEST));
    expect(await readPipeline(`${folder}/`)).toMatchObject({ name: 'my-study', folder });
  });

  test('that is absent is named', async () => {
    const folder = await temporaryFolder();
    await expect(readPipeline(folder)).rejects.toThrow(
      `no such pipeline: ${join(folder, 'pipeline.json')} (name a folder that holds a pipeline.json)`,
    );
  });

  test('that is a folder is named', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'pipeline.json'));
    await expect(readPipeline(folder)).rejects.toThrow(
      /^a folder where a file should be: .*pipeline\.json \(/,
    );
  });
});

describe('a text that is not JSON', () => {
  test.each([
    ['{\n  "sources": {},\n}', 'line 3: }', 'property name expected'],
    ['{\n  "a": nih\n}', 'line 2: "a": nih', 'invalid symbol'],
    ['{\n  "a": 1 // one\n}', 'line 2: "a": 1 // one', 'invalid comment token'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3: "b": 2', 'comma expected'],
    ['{\n  "a": 1\n', 'line 3', 'close brace expected'],
    ['', 'line 1', 'value expected'],
    ['{"a": "\u0001"}', 'line 1: {"a": "\u0001"}', 'invalid character'],
  ])('is shown by its line: %j', (text, line, what) => {
    expect(() => parsePipeline(text, 'p/pipeline.json')).toThrow(
      new ConfigError('not JSON', `p/pipeline.json, ${line}`, what),
    );
  });
});

describe('a mistake is reported with its path, its value and the nearest name:', () => {
  test.each<[string, unknown, string]>([
    ['an unknown section', { ...SMALLEST, evalute: {} }, 'evalute: unknown key, did you mean "evaluate"?'],
    [
      'an unknown key of a source',
      { ...SMALLEST, sources: { nih: { ...SMALLEST.sources.nih, rol: 'train' } } },
      'sources.nih.rol: unknown key, did you mean "role"?',
    ],
    [
      'an unknown key of ingest',
      { ...SMALLEST, ingest: { sise: 64 } },
      'ingest.sise: unknown key, did you mean "size"?',
    ],
    [
      'an unknown key of a split',
      { ...SMALLEST, catalog: { splits: { train: 0.6, val: 0.15, test: 0.25, tset: 0 } } },
      'catalog.splits.tset: unknown key, did you mean "test"?',
    ],
    [
      'the earlier name of a key of a source',
      { ...SMALLEST, sources: { nih: { ...SMALLEST.sources.nih, maxLoss: {} } } },
      'sources.nih.maxLoss: is called maxRejected now',
    ],
    [
      'such a name in another section',
      { ...SMALLEST, ingest: { maxLoss: {} } },
      'ingest.maxLoss: unknown key, known: size, geometry, encoding, minEdge',
    ],
    [
      'a setting of earlier versions',
      { ...SMALLEST, sources: { det: { adapter: 'chestx-det', root: '.', diffuseNodule: false } } },
      'sources.det.diffuseNodule: is gone: a finding of `findings` names Diffuse Nodule among its labels of chestx-det, or not',
    ],
    [
      'an unknown adapter',
      { ...SMALLEST, sources: { nih: { adapter: 'nih-chestxray', root: '.' } } },
      'sources.nih.adapter: "nih-chestxray" is not valid, did you mean "nih-chestxray14"?',
    ],
    [
      'an adapter that is left out',
      { ...SMALLEST, sources: { nih: { root: '.' } } },
      'sources.nih.adapter: missing',
    ],
    [
      'an adapter of the wrong type',
      { ...SMALLEST, sources: { nih: { adapter: 14, root: '.' } } },
      expect.stringMatching(/^sources.nih.adapter: 14 is not valid, known: nih-chestxray14, chexpert, /),
    ],
    [
      'splits that do not add up',
      { ...SMALLEST, catalog: { splits: { train: 0.6, val: 0.2, test: 0.25 } } },
      'catalog.splits: {"train":0.6,"val":0.2,"test":0.25}, train, val and test must add up to 1',
    ],
    [
      'a model to compare from that is none',
      { ...SMALLEST, evaluate: { from: 'modle1' } },
      'evaluate.from: "modle1" names no model of train.models, did you mean "model1"?',
    ],
    [
      'a threshold of a model that is none',
      { ...SMALLEST, evaluate: { thresholds: { modle1: { PTX: 0 } } } },
      'evaluate.thresholds.modle1: "modle1" names no model of train.models, did you mean "model1"?',
    ],
    [
      'a threshold of a finding that is none',
      { ...SMALLEST, evaluate: { thresholds: { model1: { PTY: 0 } } } },
      expect.stringMatching(/^evaluate.thresholds.model1.PTY: "PTY" names no finding of `findings`/),
    ],
    [
      'a primary data set that is not external',
      { ...SMALLEST, evaluate: { primary: 'nih' } },
      'evaluate.primary: "nih" names no source of role external, no name is valid here',
    ],
    [
      'a source whose name cannot be a folder',
      { ...SMALLEST, sources: { 'NIH 14': SMALLEST.sources.nih } },
      'sources.NIH 14: a name must be lowercase letters, digits and hyphens',
    ],
    [
      'a fraction for a whole number',
      { ...SMALLEST, ingest: { size: 64.5 } },
      'ingest.size: 64.5, invalid input: expected int, received number',
    ],
    [
      'a text for a number',
      { ...SMALLEST, catalog: { seed: '0' } },
      'catalog.seed: "0", invalid input: expected number, received string',
    ],
    ['an array for the whole', [], 'the whole file: [], invalid input: expected object, received array'],
    ['null for the whole', null, 'the whole file: null, invalid input: expected object, received null'],
    [
      'an empty section of sources',
      { ...SMALLEST, sources: {} },
      'sources: {}, must name at least one source',
    ],
  ])('%s', (_, text, expected) => {
    expect(mistakes(text)).toEqual([expected]);
  });

  test('a long value is shown in part', () => {
    const long = 'x'.repeat(500);
    const [mistake = ''] = mistakes({ ...SMALLEST, ingest: { geometry: long } });
    expect(mistake).toContain(`"${'x'.repeat(50)}`);
    expect(mistake.length).toBeLessThan(150);
  });
});

describe('all mistakes are reported at once', () => {
  test('in every section, references between sections among them', () => {
    const text = {
      sources: { nih: { adapter: 'nih-chestxray', root: '.' }, det: { adapter: 'chestx-det', root: '' } },
      ingst: {},
      ingest: { size: 16 },
      catalog: { splits: { train: 1, val: 1, test: 1 } },
      train: { seeds: [], models: { model1: null, model2: { decoder: { loss: 'l3' } } } },
      evaluate: { from: 'model3', to: 2, primary: 'chestx-det' },
    };
    expect(mistakes(text).map((mistake) => mistake.split(':')[0])).toEqual(
      expect.arrayContaining([
        'sources.nih.adapter',
        'sources.det.root',
        'ingst',
        'ingest.size',
        'catalog.splits',
        'train.seeds',
        'train.models.model1',
        'train.models.model2.decoder.loss',
        'evaluate.from',
        'evaluate.to',
        'evaluate.primary',
      ]),
    );
    expect(mistakes(text)).toHaveLength(11);
  });

  test('and counted, with the file, for exit status 2', () => {
    expect(() => parse({})).toThrow(
      new ConfigError(
        '2 mistakes in pipeline.json',
        'sources: missing; train: missing',
        'mend and run again',
      ),
    );
  });
});
