import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoaderModule } from '../src/feed/serve.ts';
import { EngineError } from '../src/system/engine-error.ts';

export interface Job {
  readonly value: number;
  /** bytes of the batch */
  readonly bytes?: number;
  /** milliseconds to wait first */
  readonly wait?: number;
  readonly trouble?: keyof typeof TROUBLE;
}

export interface Batch {
  /** every byte is `value` */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly squares: Float32Array;
  /** whether the memory of `bytes` had been another batch's */
  readonly isRecycled: boolean;
  readonly greeting: string;
  /** as a Node Buffer, which is a piece of a pool */
  readonly digest: Uint8Array;
}

const TROUBLE = {
  mendable: () => {
    throw new EngineError('a broken image', 'a.png', 'remove it', { cause: new RangeError('inner') });
  },
  system: () => readFile('/nowhere/at-all'),
  text: () => {
    throw 'a word';
  },
  exit: () => process.exit(7),
  crash: () => {
    setImmediate(() => {
      throw new TypeError('nobody catches this');
    });
    return sleep(10_000);
  },
  hang: () => sleep(3_600_000),
};

/** The module of a feed's workers that does what its jobs say. */
export const open: LoaderModule<{ greeting: string }, Job, Batch>['open'] = async ({ greeting }) => {
  if (greeting === '') throw new EngineError('no such data set', 'mars', 'choose earth');
  return async ({ value, bytes: size = 16, wait = 0, trouble }, allocate) => {
    await sleep(wait);
    if (trouble !== undefined) await TROUBLE[trouble]();
    const bytes = new Uint8Array(allocate(size));
    const isRecycled = bytes[0] !== 0;
    return {
      bytes: bytes.fill(value),
      squares: Float32Array.of(value, value * value),
      isRecycled,
      greeting,
      digest: createHash('sha256').update(greeting).digest(),
    };
  };
};
