import { expect, test } from 'vitest';
import { skippedByReason } from './skipped-tests.mjs';

/** @param {[status: string, fullName: string][]} tests */
const report = (...tests) => ({
  testResults: [{ assertionResults: tests.map(([status, fullName]) => ({ status, fullName })) }],
});

test('skipped tests are counted by the reason in their name, over all reports', () => {
  const absent = '(skipped where ../shared is absent)';
  const counts = skippedByReason([
    report(
      ['passed', `one ${absent}`],
      ['skipped', `two ${absent}`],
      ['pending', 'in a terminal (needs script)'],
    ),
    report(['skipped', `films ${absent} are read`], ['failed', 'four']),
  ]);
  expect([...counts]).toEqual([
    ['skipped where ../shared is absent', 2],
    ['needs script', 1],
  ]);
});

test('a test that does not say why needs what the machine lacks', () => {
  expect([...skippedByReason([report(['skipped', 'on native'])]).keys()]).toEqual([
    expect.stringMatching(/^needs the native engine, /),
  ]);
});
