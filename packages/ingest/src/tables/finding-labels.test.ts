import { DEFAULT_STUDY, type Findings } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { layoutOf } from '../../test/finding-labels.ts';
import { findingLabels, type RecordLabels } from './finding-labels.ts';
import type { OverlayStatement, Statement } from './rows/statement.ts';

const said = (labels: Statement, label_set = 'report', overlays?: OverlayStatement[]): RecordLabels => ({
  labels: JSON.stringify(labels),
  label_set,
  overlays: overlays === undefined ? null : JSON.stringify(overlays),
});
const labelsOf = (findings: Findings, adapter: Parameters<typeof layoutOf>[0], settings: object = {}) => {
  const made = findingLabels(findings, layoutOf(adapter, settings));
  return (record: RecordLabels) => made(record).map(({ label }) => label);
};

test('a finding is present where one of its labels is, and absent where all of them are', () => {
  const findings: Findings = {
    ATE: { title: 'atelectasis', 'nih-chestxray14': ['Atelectasis'] },
    LESION: { title: 'nodule or mass', 'nih-chestxray14': ['Mass', 'Nodule'] },
    FRA: { title: 'fracture', 'chestx-det': ['Fracture'] },
  };
  const of = labelsOf(findings, 'nih-chestxray14');
  expect(of(said({ present: ['Atelectasis'], others: 'absent' }))).toEqual([1, 0, null]);
  expect(of(said({ present: ['Nodule'], others: 'absent' }))).toEqual([0, 1, null]);
  expect(of(said({ present: ['Nodule'] })), 'of a list that is open').toEqual([null, 1, null]);
  expect(of(said({})), 'of a film of which nothing is known').toEqual([null, null, null]);
});

test('of several labels an uncertain one leaves the finding open, unless another is present', () => {
  const findings: Findings = {
    OPA: { title: 'opacity', chexpert: ['Consolidation', 'Lung Opacity'] },
  };
  const of = labelsOf(findings, 'chexpert');
  const opacity = (values: Statement) => of(said({ ...values, others: 'blank' }))[0];
  expect(opacity({ uncertain: ['Lung Opacity'], absent: ['Consolidation'] })).toBeNull();
  expect(opacity({ uncertain: ['Lung Opacity'], present: ['Consolidation'] })).toBe(1);
  expect(opacity({})).toBe(0);
  const open = labelsOf(findings, 'chexpert', { policy: { blank: null } });
  expect(open(said({ others: 'blank' }))).toEqual([null]);
});

test('the readers vote on a finding, not on each of its labels', () => {
  const findings: Findings = {
    PLEURA: { title: 'pleura', 'vindr-cxr': ['Pleural effusion', 'Pneumothorax'] },
  };
  const readers = [['Pleural effusion'], ['Pneumothorax'], []];
  expect(labelsOf(findings, 'vindr-cxr')(said({ readers }, 'readers'))).toEqual([1]);
  expect(labelsOf(findings, 'vindr-cxr', { readers: 'all' })(said({ readers }, 'readers'))).toEqual([0]);
});

test('a table that pipeline.json maps names its labels by the codes of findings', () => {
  const mapping = { image: 'file', labels: {} };
  const of = labelsOf(DEFAULT_STUDY, 'png-folder', { table: 'labels.csv', mapping });
  expect(of(said({ present: ['PTX'], absent: ['FIB'] }))).toEqual([null, 1, null, 0, null]);
});

test('the last overlay that knows a finding has the last word, and one that pipeline.json maps has codes', () => {
  const mapped = { name: 'panel', table: 'panel.csv', image: 'file', labels: {} };
  const overlays = [{ name: 'google2019', table: 'google.csv' }, mapped];
  const made = findingLabels(DEFAULT_STUDY, layoutOf('nih-chestxray14', { overlays }));
  const google = { name: 'google2019', present: ['Nodule or mass'], absent: ['Pneumothorax'] };
  const panel = { name: 'panel', present: ['PTX'] };
  const answer = made(said({ present: ['Effusion'], others: 'absent' }, 'report', [google, panel]));
  expect(answer.map(({ label, set }) => [label, set])).toEqual([
    [0, 'report'],
    [1, 'panel'],
    [1, 'google2019'],
    [0, 'report'],
    [1, 'report'],
  ]);
});
