import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineError } from '../system/engine-error.ts';
import { describeError, reviveError } from './thrown.ts';

const moved = (error: unknown) => reviveError(structuredClone(describeError(error)), [EngineError, Mars]);

class Mars extends Error {
  override readonly name = 'Mars';
  readonly exitCode = 2;
  constructor(
    readonly what: string,
    readonly value: string,
    readonly cure: string,
    options?: { cause?: unknown },
  ) {
    super(`${what}, ${value}, ${cure}`, options);
  }
}

test('an error of a known class is of that class on the other side, its parts and its stack the same', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (what, value, cure) => {
      const error = new Mars(what, value, cure, { cause: new EngineError('a', 'b', 'c') });
      const back = moved(error);
      expect(back).toBeInstanceOf(Mars);
      expect(back).toMatchObject({
        what,
        value,
        cure,
        exitCode: 2,
        message: error.message,
        stack: error.stack,
      });
      expect(back.cause).toBeInstanceOf(EngineError);
    }),
  );
});

test('any other error keeps its name, its message and its own plain fields', () => {
  const system = Object.assign(new Error('ENOSPC: no space left'), {
    code: 'ENOSPC',
    errno: -28,
    dest: () => {},
  });
  expect(moved(system)).toMatchObject({ name: 'Error', message: system.message, code: 'ENOSPC', errno: -28 });
  expect(moved(new TypeError('no number'))).toMatchObject({ name: 'TypeError', message: 'no number' });
  expect(`${moved(new TypeError('no number'))}`).toBe('TypeError: no number');
});

test('a class without all of its parts is no class of ours', () => {
  const half = Object.assign(new Error('half'), { name: 'Mars', what: 'half' });
  expect(moved(half)).not.toBeInstanceOf(Mars);
  expect(moved(half)).toMatchObject({ name: 'Mars', message: 'half', what: 'half' });
});

test('what is no error becomes one', () => {
  expect(moved('a word').message).toBe('a word');
  expect(moved(undefined).message).toBe('undefined');
});
