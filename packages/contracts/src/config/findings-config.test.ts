import { describe, expect, test } from 'vitest';
import { mistakes, SMALLEST } from '../../test/mistakes.ts';

describe('a mistake is reported with its path, its value and the nearest name:', () => {
  test.each<[string, unknown, string]>([
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
  ])('%s', (_, text, expected) => {
    expect(mistakes(text)).toEqual([expected]);
  });
});
