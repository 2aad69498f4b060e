import type { HistoryLine, Progress } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { LiveProgress } from './live-progress.ts';

/** Progress of a training of two epochs with two steps each, one second a step. */
function training() {
  let now = 0;
  const said: string[] = [];
  const progress: Progress = {
    log: (line) => said.push(line),
    start: (label, total, unit, done) => {
      said.push(`start ${label} ${done}/${total} ${unit}`);
      return {
        update: (done, note) => said.push(`${done}: ${note}`),
        finish: (note) => said.push(`${note}`),
      };
    },
  };
  const clock = () => new Date(now);
  const live = new LiveProgress({
    progress,
    label: 'train model1',
    steps: 4,
    epochs: 2,
    batchSize: 8,
    val: 20,
    clock,
  });
  return {
    said,
    live,
    step: (step: number, reconstruction: number | null = null) => {
      now += 1_000;
      const epoch = Math.ceil(step / 2);
      live.step({ step, epoch, loss: { classification: 0.5, reconstruction }, waitedShare: 0.25 });
    },
  };
}

const history = (auroc: HistoryLine['val']['auroc'], best = true): HistoryLine[] => [
  {
    epoch: 1,
    step: 2,
    train: { classification: 0.6, reconstruction: null },
    val: { classification: 0.7, reconstruction: null, auroc },
    best,
  },
];

test('loss and, once there is one, mAUROC come first: a narrow terminal shows no more', () => {
  const { said, live, step } = training();
  live.begin(0);
  step(1);
  live.epoch(history({ all: 0.81234, AP: 0.8, PA: null }));
  step(3, 0.02);
  live.validating(12);
  expect(said).toEqual([
    'start train model1 0/4 step',
    '1: loss 0.500, epoch 1 of 2, 8 img/s, waiting 25 %',
    'train model1: epoch 1/2, loss 0.600, val 0.700, mAUROC 0.812, best',
    '3: loss 0.500, mAUROC 0.812, epoch 2 of 2, reconstruction 0.0200, 12 img/s, waiting 25 %',
    '3: loss 0.500, mAUROC 0.812, validating 12 of 20 images',
  ]);
});

test('an epoch leaves a line that stays, also where it is not the best', () => {
  const { said, live } = training();
  live.epoch(history({ all: null, AP: null, PA: null }, false));
  expect(said).toEqual(['train model1: epoch 1/2, loss 0.600, val 0.700, mAUROC n/a']);
});

test('a training that goes on says after which step', () => {
  const { said, live } = training();
  live.begin(2);
  expect(said).toEqual(['train model1: goes on after step 2 of 4', 'start train model1 2/4 step']);
});
