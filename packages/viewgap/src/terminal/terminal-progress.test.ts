import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { terminalProgress } from './terminal-progress.ts';

/** A display whose time passes as the test says. */
function display(isTerminal: boolean, columns = 80) {
  let text = '';
  const time = { now: 0 };
  const stream = {
    columns,
    write: (chunk: string | Uint8Array) => {
      text += chunk;
      return true;
    },
  };
  const progress = terminalProgress(stream, { isTerminal, clock: () => time.now });
  return { progress, time, text: () => text };
}

describe('without a terminal', () => {
  test('nothing is said before two seconds, then a line every ten, and the last word', () => {
    const { progress, time, text } = display(false);
    const task = progress.start('ingest nih', 100, 'image');
    for (const [at, done] of [
      [1_000, 5],
      [2_500, 10],
      [5_000, 20],
      [12_600, 50],
      [13_000, 60],
    ] as const) {
      time.now = at;
      task.update(done, 'reading');
    }
    task.finish('100 read');
    expect(text().split('\n')).toEqual([
      'ingest nih: 10/100 images, reading',
      'ingest nih: 50/100 images, about 13 s left, reading',
      'ingest nih: 100 read',
      '',
    ]);
  });

  test('work of hours has fewer lines the longer it takes', () => {
    const { progress, time, text } = display(false);
    const task = progress.start('train model1 seed 0', 36_000, 'step');
    for (let second = 1; second <= 36_000; second += 1) {
      time.now = 1_000 * second;
      task.update(second);
    }
    const lines = text().trimEnd().split('\n');
    expect(lines.length).toBeLessThan(150);
    expect(lines.at(-1)).toMatch(/^train model1 seed 0: 35\d{3}\/36000 steps, about \d+ (s|min) left$/);
  });

  test('no byte that is written commands a terminal', () => {
    const { progress, time, text } = display(false);
    const task = progress.start('read \u001b[2J', 2, 'image');
    time.now = 3_000;
    task.update(1, '\u001b[31m');
    const { log } = progress;
    log('\u001b[0m');
    task.finish('\r');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });
});

describe('on a terminal', () => {
  const LINE = '\r\u001b[K';

  test('a line is drawn over itself and goes when the work is done; the last word stays', () => {
    const { progress, time, text } = display(true);
    const task = progress.start('train', 10, 'step');
    time.now = 200;
    task.update(5, 'loss 0.5');
    task.finish('done');
    expect(text().split(LINE)).toEqual([
      '',
      'train ░░░░░░░░░░ 0/10 steps',
      'train █████░░░░░ 5/10 steps, loss 0.5',
      'train: done\n',
    ]);
  });

  test('what is logged meanwhile stays above it', () => {
    const { progress, text } = display(true, 30);
    const task = progress.start('train', 10, 'step');
    const { log } = progress;
    log('epoch 1 of 2');
    task.finish();
    const bar = 'train ░░░░░░░░░░ 0/10 steps';
    expect(text().split(LINE)).toEqual(['', bar, 'epoch 1 of 2\n', bar, '']);
  });

  test('of work within work the inner is seen, then the outer again', () => {
    const { progress, time, text } = display(true, 30);
    const outer = progress.start('catalog', 10, 'step');
    const inner = progress.start('probe', 10, 'film');
    time.now = 200;
    outer.update(1);
    inner.finish('none');
    outer.finish();
    const said = text().split(LINE);
    expect(said.slice(1).map((line) => line.replace(/[█░ ]+/, ' '))).toEqual([
      'catalog 0/10 steps',
      'probe 0/10 films',
      'probe: none\n',
      'catalog 1/10 steps',
      '',
    ]);
  });

  test('closed before its end it stands still, and the terminal is as it was', async () => {
    const { progress, text } = display(true);
    progress.start('train', 10, 'step').update(5);
    progress.close();
    const closed = text();
    await setTimeout(300);
    expect(text()).toBe(closed);
    expect(closed.endsWith(LINE)).toBe(true);
    // Neither hides the cursor nor stops the wrapping of lines: nothing would restore them after a kill.
    expect(closed).not.toMatch(/\[\?(25|7)l/);
  });
});
