import { describe, expect, test } from 'vitest';
import { logLine, type ProgressState, terminalLine } from './progress-line.ts';

const TRAINING: ProgressState = {
  label: 'train model2 seed 0',
  done: 23_400,
  total: 117_000,
  unit: 'step',
  left: 45_000,
  note: 'loss 0.639, mAUROC 0.642, epoch 2 of 10, reconstruction 0.0213, 512 img/s, waiting 3 %',
};

describe('a line of a log', () => {
  test('has all there is to say', () => {
    expect(logLine(TRAINING)).toBe(
      'train model2 seed 0: 23400/117000 steps, about 12 h 30 min left, ' +
        'loss 0.639, mAUROC 0.642, epoch 2 of 10, reconstruction 0.0213, 512 img/s, waiting 3 %',
    );
  });

  test('counts one in the singular, and leaves out what is not known', () => {
    expect(logLine({ label: 'ingest nih', done: 0, total: 1, unit: 'image', left: null, note: '' })).toBe(
      'ingest nih: 0/1 image',
    );
  });
});

describe('a line of a terminal', () => {
  test('of 80 columns shows loss, mAUROC and the time that is left of a long training', () => {
    const line = terminalLine(TRAINING, 79);
    expect(line).toBe('train model2 seed 0 23400/117000, 12 h 30 min left, loss 0.639, mAUROC 0.642');
    expect(line.length).toBeLessThanOrEqual(79);
  });

  test('has a bar where there is room for it beside these', () => {
    expect(terminalLine({ ...TRAINING, done: 10, total: 40, left: 55 }, 79)).toBe(
      'train model2 seed 0 ███░░░░░░░ 10/40 steps, 55 s left, loss 0.639, mAUROC 0.642',
    );
  });

  test('of more columns shows more of the note, in whole parts only', () => {
    expect(terminalLine(TRAINING, 110)).toBe(
      'train model2 seed 0 ██░░░░░░░░ 23400/117000 steps, 12 h 30 min left, loss 0.639, mAUROC 0.642, epoch 2 of 10',
    );
  });

  test('gives up its counts before the first parts of the note', () => {
    expect(terminalLine({ ...TRAINING, label: 'train a-long-name seed 1000' }, 79)).toBe(
      'train a-long-name seed 1000 20 %, 12 h 30 min left, loss 0.639, mAUROC 0.642',
    );
  });

  test.each([10, 20, 40, 60, 79, 120, 200])('never wraps: %d columns', (columns) => {
    for (const label of [TRAINING.label, '경화 기흉 결절 섬유화 흉수', 'x'.repeat(300)]) {
      const line = terminalLine({ ...TRAINING, label }, columns);
      const wide = [...line].filter((letter) => /\p{Script=Hangul}/u.test(letter)).length;
      expect([...line].length + wide).toBeLessThanOrEqual(columns);
    }
  });
});
