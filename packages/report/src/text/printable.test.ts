import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOSTILE_NAMES } from '../../test/hostile-names.ts';
import { columnsOf, fileName, fitted, onOneLine, printable } from './printable.ts';

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE_NAMES));

describe('a name as a file name', () => {
  test('a plain one stays as it is', () => {
    expect(fileName('chestx-det')).toBe('chestx-det');
  });

  test('never leaves its folder, and is one token of an id', () => {
    fc.assert(fc.property(text, (name) => /^[a-z0-9_-]{1,80}$/.test(fileName(name))));
  });

  test('others stay others, also where upper and lower case are one', () => {
    const names = ['NIH', 'nih', 'Nih', 'n/ih', 'n:ih', '', '..', 'x'.repeat(300), 'x'.repeat(301)];
    expect(new Set(names.map((name) => fileName(name).toLowerCase())).size).toBe(names.length);
  });
});

test('what XML has no character for, and what turns a text round, is replaced; letters, tabs and line ends are not', () => {
  expect(printable('a\u0000b\u001b[31m\u202ec\ud800')).toBe('a\ufffdb\ufffd[31m\ufffdc\ufffd');
  expect(printable('흉부 α\t\r\n👩‍⚕️')).toBe('흉부 α\t\r\n👩‍⚕️');
  expect(onOneLine('one \n two\rthree\u2028four')).toBe('one two three four');
});

describe('a name in a column of a terminal', () => {
  test('is never wider than its column', () => {
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 6, max: 40 }),
        (name, width) => columnsOf(fitted(name, width)) <= width,
      ),
    );
  });

  test('keeps the end, by which names of one family differ', () => {
    expect(fitted('resnet50-imagenet-seed-1', 21)).toBe('resnet50-imag..seed-1');
    expect(fitted('resnet50-imagenet-seed-2', 21)).toBe('resnet50-imag..seed-2');
    expect(fitted('Model 1', 21)).toBe('Model 1');
  });

  test('has Korean letters two columns wide', () => {
    expect(columnsOf('흉부')).toBe(4);
  });
});
