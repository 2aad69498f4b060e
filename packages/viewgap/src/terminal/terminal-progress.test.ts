import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { terminalProgress } from './terminal-progress.ts';

function recorder(isTTY: boolean) {
  let text = '';
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 }) as unknown as NodeJS.WriteStream;
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return { stream, text: () => text };
}

test('without a terminal: nothing before two seconds, then a line every ten, and the last word', () => {
  const { stream, text } = recorder(false);
  let now = 0;
  const task = terminalProgress(stream, () => now).start('ingest nih', 100, 'images');
  for (const [at, done] of [
    [1_000, 5],
    [2_500, 10],
    [5_000, 20],
    [12_600, 50],
    [13_000, 60],
  ] as const) {
    now = at;
    task.update(done, 'reading');
  }
  task.finish('100 images');
  expect(text().split('\n')).toEqual([
    'ingest nih: 10/100 images, about 23 s left, reading',
    'ingest nih: 50/100 images, about 13 s left, reading',
    'ingest nih: 100 images',
    '',
  ]);
});

test('on a terminal: a bar that is cleared, then the last word', () => {
  const { stream, text } = recorder(true);
  const task = terminalProgress(stream, () => 0).start('train', 10, 'steps');
  task.update(5);
  task.finish('done');
  expect(text().endsWith('train: done\n')).toBe(true);
});

test('a bar that is closed before its end stands still, and the terminal is as it was', async () => {
  const { stream, text } = recorder(true);
  const progress = terminalProgress(stream, () => 0);
  progress.start('train', 10, 'steps').update(5);
  progress.close();
  const closed = text();
  await setTimeout(300);
  expect(text()).toBe(closed);
  // Neither hides the cursor nor stops the wrapping of lines: nothing would restore them after a kill.
  expect(closed).not.toMatch(/\[\?(25|7)l/);
});
