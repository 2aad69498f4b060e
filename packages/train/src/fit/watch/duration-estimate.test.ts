import { expect, test } from 'vitest';
import { DurationEstimate } from './duration-estimate.ts';

/** A training of 20 steps in two epochs, whose time passes as the test says. */
function training() {
  let now = 0;
  const said: string[] = [];
  const estimate = new DurationEstimate({
    steps: 20,
    epochs: 2,
    batchSize: 10,
    val: 60,
    engine: 'wasm',
    clock: () => new Date(now),
    log: (line) => said.push(line),
  });
  let step = 0;
  return {
    said,
    steps(...seconds: number[]) {
      for (const took of seconds) {
        now += 1000 * took;
        step += 1;
        estimate.step({ step, epoch: 1, loss: { classification: 1, reconstruction: null }, waitedShare: 0 });
      }
    },
    validation(seconds: number) {
      now += 1000 * seconds;
      estimate.epoch();
    },
  };
}

test('after three steps beside the first it says once how long the rest will take, validations included', () => {
  const { said, steps } = training();
  steps(9, 2, 2);
  expect(said).toEqual([]);
  steps(2, 2, 2);
  // 16 steps of 2 s; of 120 images to validate on 96 are left, 10 in a third of a step's time: 32 + 6.4 s.
  expect(said).toEqual([
    'a step takes 2.0 s on wasm: the rest, 16 steps with validations, will take about 39 s (native TensorFlow is several times faster: viewgap doctor)',
  ]);
});

test('where a step takes long, one is enough', () => {
  const { said, steps } = training();
  steps(60, 50);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^a step takes 50 s on wasm: the rest, 18 steps with .* about 18 min /);
});

test('the time of a validation is in no step, so that epochs of one step are timed too', () => {
  const { said, steps, validation } = training();
  for (let epoch = 0; epoch < 4; epoch += 1) {
    steps(3);
    validation(100);
  }
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^a step takes 3\.0 s on wasm: the rest, 16 steps /);
});
