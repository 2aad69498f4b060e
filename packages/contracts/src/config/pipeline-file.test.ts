import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/testing.ts';
import { ConfigError } from '../errors/user-error.ts';
import { DEFAULT_STUDY } from './findings-config.ts';
import { parsePipeline, readPipeline } from './pipeline-file.ts';

const SMALLEST = {
  sources: { nih: { adapter: 'nih-chestxray14', root: '.' } },
  train: { models: { model1: {}, model2: { decoder: {} } } },
};

const parse = (value: unknown) => parsePipeline(JSON.stringify(value), 'pipeline.json');

/** The mistakes that are reported, one by one. */
function mistakes(text: unknown): string[] {
  try {
    parsePipeline(typeof text === 'string' ? text : JSON.stringify(text), 'pipeline.json');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.value.split('; ');
  }
  return [];
}

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
        findings: null,
        cluster: 'patient',
        family: 'findings',
        margin: null,
        bootstrap: 0,
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
      'an unknown key of the training',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { batchsize: 3 } } },
      'train.common.batchsize: unknown key, did you mean "batchSize"?',
    ],
    [
      'an unknown key of the augmentation',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { augment: { rotat: 3 } } } },
      'train.common.augment.rotat: unknown key, did you mean "rotate"?',
    ],
    [
      'the earlier name of a key of the training',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { microBatches: 2 } } },
      'train.common.microBatches: is called gradientAccumulation now',
    ],
    [
      'another of these',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { weightAverage: 0.9 } } },
      'train.common.weightAverage: is called emaDecay now',
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
      'an unknown key of a model',
      { ...SMALLEST, train: { models: { ...SMALLEST.train.models, model2: { decodr: {} } } } },
      'train.models.model2.decodr: unknown key, did you mean "decoder"?',
    ],
    [
      'an unknown key of a decoder',
      { ...SMALLEST, train: { models: { ...SMALLEST.train.models, model2: { decoder: { lamda: 1 } } } } },
      'train.models.model2.decoder.lamda: unknown key, did you mean "lambda"?',
    ],
    [
      'an unknown key of an encoder',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { encoder: { kind: 'residual' } } } },
      'train.common.encoder.kind: unknown key, known: name, widths, weights, freeze',
    ],
    [
      'an unknown encoder',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { encoder: { name: 'resnet5' } } } },
      'train.common.encoder.name: "resnet5" is not valid, did you mean "resnet50"?',
    ],
    [
      'widths of an encoder that has its own',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { encoder: { name: 'resnet18', widths: [8] } } } },
      'train.common.encoder.widths: [8], only residual has widths, not resnet18',
    ],
    [
      'weights for the encoder from scratch',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { encoder: { weights: 'imagenet' } } } },
      'train.common.encoder.weights: "imagenet", residual starts at random',
    ],
    [
      'ImageNet weights for an encoder that has none',
      {
        ...SMALLEST,
        train: { ...SMALLEST.train, common: { encoder: { name: 'resnet50', weights: 'imagenet' } } },
      },
      'train.common.encoder.weights: "imagenet", exists for resnet50-v1, not for resnet50: name that encoder, or a file',
    ],
    [
      'parts of a batch that do not divide it',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { batchSize: 32, gradientAccumulation: 3 } } },
      'train.common.gradientAccumulation: 3, does not divide a batchSize of 32 into parts of 2 or more',
    ],
    [
      'a weight of a finding that is none',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { positiveWeights: 'balance' } } },
      expect.stringMatching(/^train.common.positiveWeights: "balance"/),
    ],
    [
      'a weight of a finding that the study has not',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { positiveWeights: { PTX: 2, ATE: 3 } } } },
      'train.common.positiveWeights.ATE: "ATE" names no finding of `findings`, known (the nearest first): PTX, CSN, NDL, FIB, PEF',
    ],
    [
      'a finding to evaluate that the study has not',
      { ...SMALLEST, findings: { ATE: { title: 'atelectasis' } }, evaluate: { findings: ['ATE', 'PTX'] } },
      'evaluate.findings.1: "PTX" names no finding of `findings`, known (the nearest first): ATE',
    ],
    [
      'a label of a table that no finding of the study has',
      {
        ...SMALLEST,
        sources: {
          ours: {
            adapter: 'png-folder',
            root: '.',
            table: 'labels.csv',
            mapping: { image: 'file', labels: { PTY: { columns: ['ptx'], values: { 1: 1 } } } },
          },
        },
      },
      'sources.ours.mapping.labels.PTY: "PTY" names no finding of `findings`, known (the nearest first): PTX, PEF, CSN, NDL, FIB',
    ],
    [
      'a label of an overlay that no finding of the study has',
      {
        ...SMALLEST,
        sources: {
          nih: {
            ...SMALLEST.sources.nih,
            overlays: [
              {
                name: 'panel',
                table: 'panel.csv',
                image: 'file',
                labels: { EDEMA: { columns: ['edema'], values: { yes: 1 } } },
              },
            ],
          },
        },
      },
      'sources.nih.overlays.0.labels.EDEMA: "EDEMA" names no finding of `findings`, known (the nearest first): NDL, PEF, CSN, PTX, FIB',
    ],
    [
      'a label that a layout has not',
      {
        ...SMALLEST,
        findings: { EFF: { title: 'effusion', 'chestx-det': ['Pleural Effusion'] } },
      },
      'findings.EFF.chestx-det.0: "Pleural Effusion" is not valid, known (the nearest first): Effusion, ' +
        'Pleural Thickening, Atelectasis, Calcification, Consolidation, Fibrosis, Fracture, Nodule, Pneumothorax, ' +
        'Diffuse Nodule, Emphysema, Mass, Cardiomegaly',
    ],
    [
      'a layout that there is not',
      { ...SMALLEST, findings: { EFF: { title: 'effusion', nih: ['Effusion'] } } },
      expect.stringMatching(/^findings\.EFF\.nih: unknown key, (did you mean|known: title, nih-chestxray14)/),
    ],
    [
      'a finding without a title',
      { ...SMALLEST, findings: { EFF: { 'nih-chestxray14': ['Effusion'] } } },
      'findings.EFF.title: missing',
    ],
    [
      'a code that cannot name a column',
      { ...SMALLEST, findings: { 'lung mass': { title: 'mass' } } },
      'findings.lung mass: a name must be 2 to 12 capitals or digits, a capital first',
    ],
    ['no finding at all', { ...SMALLEST, findings: {} }, 'findings: {}, must name at least one finding'],
    [
      'a setting of earlier versions',
      { ...SMALLEST, sources: { det: { adapter: 'chestx-det', root: '.', diffuseNodule: false } } },
      'sources.det.diffuseNodule: is gone: a finding of `findings` names Diffuse Nodule among its labels of chestx-det, or not',
    ],
    [
      'a control of as many operations as a model that is none',
      {
        ...SMALLEST,
        train: { models: { ...SMALLEST.train.models, longer: { control: { flopsOf: 'model3' } } } },
      },
      'train.models.longer.control.flopsOf: "model3" names no other model of train.models that is no control, did you mean "model1"?',
    ],
    [
      'a control that says twice how long to train',
      {
        ...SMALLEST,
        train: { models: { ...SMALLEST.train.models, longer: { control: { epochs: 1, steps: 2 } } } },
      },
      'train.models.longer.control: {"epochs":1,"steps":2}, says twice how long to train',
    ],
    [
      'an output fraction that is none',
      {
        ...SMALLEST,
        train: { models: { ...SMALLEST.train.models, model2: { decoder: { outputFraction: 0.75 } } } },
      },
      'train.models.model2.decoder.outputFraction: 0.75 is not valid, did you mean "0.5"?',
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
      'a number out of range',
      { ...SMALLEST, train: { ...SMALLEST.train, common: { epochs: 0 } } },
      'train.common.epochs: 0, too small: expected number to be >=1',
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
    [
      'a seed that is named twice',
      { ...SMALLEST, train: { ...SMALLEST.train, seeds: [0, 1, 0] } },
      'train.seeds: [0,1,0], names a seed twice',
    ],
    [
      'a seed that is no number',
      { ...SMALLEST, train: { ...SMALLEST.train, seeds: [0, '1'] } },
      'train.seeds.1: "1", invalid input: expected number, received string',
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
