import { describe, expect, test } from 'vitest';
import { ConfigError, nearestName, UserError } from './user-error.ts';

describe('an error that the user can mend', () => {
  test('reads as one line: what, value, cure; and keeps its cause', () => {
    const cause = new Error('ENOENT');
    const error = new UserError('no such column', 'View', 'add the column', { cause });
    expect(error.message).toBe('no such column: View (add the column)');
    expect([error.name, error.exitCode, error.cause]).toEqual(['UserError', 1, cause]);
  });

  test('ends the command with 2 where the call or the configuration is wrong', () => {
    const error = new ConfigError('unknown flag', '--sed', 'did you mean "--seed"?');
    expect([error instanceof UserError, error.name, error.exitCode]).toEqual([true, 'ConfigError', 2]);
  });
});

describe('the nearest name', () => {
  const known = ['sources', 'ingest', 'catalog', 'train', 'evaluate', 'report'];

  test.each([
    ['evalute', 'evaluate'],
    ['Train', 'train'],
    ['catalogue', 'catalog'],
    ['igest', 'ingest'],
  ])('%s: did you mean "%s"?', (typed, meant) => {
    expect(nearestName(typed, known)).toBe(`did you mean "${meant}"?`);
  });

  test('lists what is known where nothing is near', () => {
    expect(nearestName('optimizer', ['AP', 'PA'])).toBe('known: AP, PA');
  });

  test('lists so much of them as a line holds', () => {
    const long = ['x'.repeat(10 ** 6), ...Array.from({ length: 10_000 }, (_, i) => `column ${i}`)];
    const line = nearestName('View', long);
    expect(line).toMatch(/^known: x{60}…, column 0, .*, column 38, and 9961 more$/);
  });

  test('says so where no name is valid', () => {
    expect(nearestName('x', [])).toBe('no name is valid here');
  });

  test('gives the name as it is spelt', () => {
    expect(nearestName('batchsize', ['batchSize', 'epochs'])).toBe('did you mean "batchSize"?');
  });
});
