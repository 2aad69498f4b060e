import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { Batch, Job } from '../../test/feed-module.ts';
import { EngineError } from '../system/engine-error.ts';
import { defaultWorkers, type Loaders, type LoadersOptions, startLoaders } from './loaders.ts';

const MODULE = new URL('../../test/feed-module.ts', import.meta.url);
const open: Loaders<Job, Batch>[] = [];

function start(
  workers: number,
  more: Partial<LoadersOptions<{ greeting: string }>> = {},
): Loaders<Job, Batch> {
  const loaders = startLoaders<{ greeting: string }, Job, Batch>({
    module: MODULE,
    setup: { greeting: 'hello' },
    workers,
    ...more,
  });
  open.push(loaders);
  return loaders;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((loaders) => loaders.close()));
});

function* jobs(count: number, more: (value: number) => Partial<Job> = () => ({})): Generator<Job> {
  for (let value = 1; value <= count; value++) yield { value, ...more(value) };
}

async function valuesOf(feed: AsyncIterable<{ batch: Batch }>): Promise<number[]> {
  const values: number[] = [];
  for await (const { batch } of feed) values.push(batch.bytes[15] as number);
  return values;
}

describe('a feed', () => {
  test.each([1, 2, 3])('gives the batches in the order of their jobs, with %i workers', async (workers) => {
    // The first jobs are the slowest, so that they end last.
    const slow = jobs(40, (value) => ({ wait: value < 6 ? 60 - 10 * value : 0 }));
    const expected = Array.from({ length: 40 }, (_, i) => i + 1);
    expect(await valuesOf(start(workers).feed(slow))).toEqual(expected);
  });

  test('gives every value of a batch, and the job beside it', async () => {
    const all = [];
    for await (const { job, batch } of start(1).feed(jobs(2)))
      all.push({ job, squares: [...batch.squares], batch });
    expect(all.map(({ job, squares }) => [job.value, ...squares])).toEqual([
      [1, 1, 1],
      [2, 2, 4],
    ]);
    expect(all[1]?.batch.greeting).toBe('hello');
    expect(Buffer.from(all[1]?.batch.digest ?? [])).toEqual(createHash('sha256').update('hello').digest());
  });

  test('takes jobs that come one after the other, and sends a worker only what it needs', async () => {
    async function* slowly() {
      for (const name of ['a', 'bb', 'ccc']) {
        await sleep(5);
        yield { name, stays: () => name };
      }
    }
    const feed = start(2).feed(slowly(), { message: ({ name }) => ({ value: name.length }) });
    const seen: unknown[] = [];
    for await (const { job, batch } of feed) seen.push([job.stays(), batch.bytes[0]]);
    expect(seen).toEqual([
      ['a', 1],
      ['bb', 2],
      ['ccc', 3],
    ]);
  });

  test('without jobs is over at once', async () => {
    expect(await valuesOf(start(1).feed([]))).toEqual([]);
  });

  test('two feeds share the workers, side by side', async () => {
    const loaders = start(2);
    const [all, some] = await Promise.all([
      valuesOf(loaders.feed(jobs(30))),
      valuesOf(loaders.feed(jobs(10))),
    ]);
    expect([all.length, some.length]).toEqual([30, 10]);
    expect(await valuesOf(loaders.feed(jobs(3)))).toEqual([1, 2, 3]);
  });
});

describe('loading ahead', () => {
  test('starts no more jobs than asked for beyond the batch in use', async () => {
    let started = 0;
    const counted = jobs(20, () => {
      started += 1;
      return {};
    });
    const batches = start(2).feed(counted, { ahead: 3 })[Symbol.asyncIterator]();
    for (let used = 1; used <= 10; used++) {
      await batches.next();
      await sleep(20);
      expect(started).toBe(used + 3);
    }
    await batches.return();
    expect(started).toBe(13);
  });

  test('goes on while the consumer holds the event loop', async () => {
    const feed = start(1).feed(
      jobs(12, () => ({ wait: 50 })),
      { ahead: 2 },
    );
    const waits: number[] = [];
    let before = 0;
    for await (const _ of feed) {
      waits.push(feed.waited - before);
      before = feed.waited;
      const until = performance.now() + 120;
      while (performance.now() < until);
    }
    // Loading takes 50 ms, using 120: only the first batch, and the start of the worker, cost waiting.
    expect(waits.slice(1).filter((seconds) => seconds > 0.04)).toEqual([]);
  });

  test('measures what the consumer waited for', async () => {
    const loaders = start(1);
    await valuesOf(loaders.feed(jobs(1)));
    const slow = loaders.feed(jobs(5, () => ({ wait: 60 })));
    expect([slow.waited, slow.waitedShare()]).toEqual([0, 0]);
    await valuesOf(slow);
    expect(slow.waited).toBeGreaterThan(0.28);
    expect(slow.waitedShare()).toBeGreaterThan(0.9);

    const idle = loaders.feed(jobs(5));
    for await (const _ of idle) await sleep(60);
    expect(idle.waitedShare()).toBeLessThan(0.3);
    const share = idle.waitedShare();
    await sleep(30);
    expect(idle.waitedShare()).toBe(share);
  });
});

describe('memory', () => {
  test('of a batch moves to the consumer, and back when the next one is asked for', async () => {
    const recycled: boolean[] = [];
    const before: Batch[] = [];
    for await (const { batch } of start(1).feed(jobs(20), { ahead: 2 })) {
      expect(batch.bytes.length).toBe(16);
      recycled.push(batch.isRecycled);
      before.push(batch);
    }
    // The last three were not needed again.
    expect(before.map(({ bytes }) => bytes.length)).toEqual([...Array(17).fill(0), 16, 16, 16]);
    // Two ahead and one in use: three are made, and then go round.
    expect(recycled).toEqual([...Array(3).fill(false), ...Array(17).fill(true)]);
  });

  test('stays flat over 4 GB', async () => {
    const resident: number[] = [];
    for await (const { job } of start(2).feed(jobs(500, () => ({ bytes: 8_000_000 })))) {
      if (job.value % 50 === 0) resident.push(process.memoryUsage.rss() / 1e6);
    }
    expect(Math.max(...resident.slice(2))).toBeLessThan((resident[1] as number) + 50);
  });

  test('of batches of another size is made new', async () => {
    const sizes = jobs(12, (value) => ({ bytes: value % 2 === 0 ? 64 : 32 }));
    for await (const { job, batch } of start(1).feed(sizes)) {
      expect(batch.bytes).toEqual(new Uint8Array(job.bytes as number).fill(job.value));
    }
  });
});

describe('an error', () => {
  const failing = (trouble: Job['trouble']) =>
    jobs(20, (value) => (value === 5 ? { ...(trouble && { trouble }) } : {}));

  test('of a worker comes with its class, its parts and its cause, in its place', async () => {
    const loaders = start(2);
    const seen: number[] = [];
    let started = 0;
    const counted = jobs(40, (value) => {
      started += 1;
      return value === 5 ? { trouble: 'mendable' } : {};
    });
    const reading = (async () => {
      for await (const { job } of loaders.feed(counted, { ahead: 4 })) seen.push(job.value);
    })();
    const error: unknown = await reading.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({
      what: 'a broken image',
      value: 'a.png',
      cure: 'remove it',
      message: 'a broken image: a.png (remove it)',
      cause: { name: 'RangeError', message: 'inner' },
    });
    expect((error as Error).stack).toContain('feed-module.ts');
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(started).toBeLessThanOrEqual(9);
    // The workers are as good as before.
    expect(await valuesOf(loaders.feed(jobs(2)))).toEqual([1, 2]);
  });

  test('of the operating system keeps its code and path', async () => {
    await expect(valuesOf(start(1).feed(failing('system')))).rejects.toMatchObject({
      code: 'ENOENT',
      path: '/nowhere/at-all',
    });
  });

  test('that is a mere word is an Error with it', async () => {
    await expect(valuesOf(start(1).feed(failing('text')))).rejects.toThrow('a word');
  });

  test('of the jobs themselves comes in its place, too', async () => {
    function* broken() {
      yield* jobs(2);
      throw new RangeError('no third');
    }
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { job } of start(1).feed(broken())) seen.push(job.value);
    })();
    await expect(reading).rejects.toThrow('no third');
    expect(seen).toEqual([1, 2]);
  });

  test.each([
    ['exit', 'a worker that loads batches ended: exit code 7 (run again; if memory is short, with fewer'],
    ['crash', 'nobody catches this'],
  ] as const)('a worker that dies is one, and no hang: %s', async (trouble, message) => {
    const loaders = start(2);
    await expect(valuesOf(loaders.feed(failing(trouble)))).rejects.toThrow(message);
    await expect(valuesOf(loaders.feed(jobs(1)))).rejects.toThrow(message);
  });

  test('a module that is not there, or does not open', async () => {
    const nowhere = new URL('./nowhere.ts', import.meta.url);
    await expect(valuesOf(start(1, { module: nowhere }).feed(jobs(1)))).rejects.toThrow('nowhere.ts');
    await expect(valuesOf(start(1, { setup: { greeting: '' } }).feed(jobs(1)))).rejects.toThrow(
      'no such data set: mars (choose earth)',
    );
  });

  test('a number that makes no sense', () => {
    expect(() => start(0)).toThrow('not a number of workers: 0 (give a whole number from 1)');
    expect(() => start(1).feed([], { ahead: 0 })).toThrow('not a number of batches ahead: 0');
  });
});

describe('the end', () => {
  test('leaving the loop ends the source of the jobs', async () => {
    let isClosed = false;
    function* endless() {
      try {
        for (;;) yield { value: 1 };
      } finally {
        isClosed = true;
      }
    }
    for await (const _ of start(1).feed(endless())) break;
    await sleep(0);
    expect(isClosed).toBe(true);
  });

  test('close ends a worker in the middle of its work, and who waits for it is told', async () => {
    const loaders = start(2);
    const waiting = valuesOf(loaders.feed(jobs(3, () => ({ trouble: 'hang' }))));
    const told = expect(waiting).rejects.toThrow('after the loaders were closed');
    await sleep(100);
    await loaders.close();
    await told;
    await loaders.close();
  });

  test.each(['close', 'forget'])(
    'a program ends by itself, whether it closes the workers or not: %s',
    (how) => {
      const script = fileURLToPath(new URL('../../test/feed-program.ts', import.meta.url));
      const call = ['--import', 'tsx', script, how];
      expect(execFileSync(process.execPath, call, { encoding: 'utf8', timeout: 60_000 })).toBe('9\ndone\n');
    },
  );
});

test('one core is left to the engine, and there are never more than eight workers nor less than one', () => {
  expect([1, 2, 4, 9, 64].map((cores) => defaultWorkers(cores))).toEqual([1, 1, 3, 8, 8]);
});
