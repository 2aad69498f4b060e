import { appendFile, readFile } from 'node:fs/promises';
import { modelConfig, trainConfig } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { scriptOutput, temporaryFolder } from '../../test/testing.ts';
import { ScoredLedger, tallySentence } from './scored-ledger.ts';

const common = trainConfig.parse({});

/** A model of the study; another lambda is another configuration. */
function model2(lambda: number, name = 'model2') {
  return { name, size: 64, common, model: modelConfig.parse({ decoder: { lambda } }) };
}

test('a configuration counts once, whatever its seeds and however often it is scored', async () => {
  const ledger = new ScoredLedger(await temporaryFolder());
  expect(await ledger.tally()).toEqual({ configurations: 0, sets: {} });
  expect(await ledger.record(model2(1), ['private'])).toBe(1);
  expect(await ledger.record(model2(0.1), ['private'])).toBe(2);
  const text = await readFile(ledger.path, 'utf8');
  expect(await ledger.record(model2(1), ['private'])).toBe(1);
  expect(await ledger.record(model2(1, 'renamed'), ['private'])).toBe(1);
  expect(await readFile(ledger.path, 'utf8')).toBe(text);
  expect(text.trimEnd().split('\n')).toHaveLength(2);
  expect(await ledger.tally()).toEqual({ configurations: 2, sets: { private: 2 } });
});

test.each([
  ['image size', { size: 128 }],
  ['learning rate', { common: { ...common, learningRate: 0.5 } }],
  ['decoder', { model: modelConfig.parse({}) }],
])('another %s is another configuration', async (_what, change) => {
  const ledger = new ScoredLedger(await temporaryFolder());
  await ledger.record(model2(1), ['private']);
  expect(await ledger.record({ ...model2(1), ...change }, ['private'])).toBe(2);
});

test('a set that comes later is counted apart, and makes no other configuration', async () => {
  const ledger = new ScoredLedger(await temporaryFolder());
  await ledger.record(model2(1), ['private']);
  await ledger.record(model2(2), ['private', 'chestx-det']);
  await ledger.record(model2(1), ['private', 'chestx-det']);
  const tally = await ledger.tally();
  expect(tally).toEqual({ configurations: 2, sets: { 'chestx-det': 2, private: 2 } });
  expect(tallySentence(tally)).toBe('2 configurations ever scored an external set (chestx-det 2, private 2)');
});

test('where there are no external sets nothing is written', async () => {
  const ledger = new ScoredLedger(await temporaryFolder());
  await ledger.record(model2(1), []);
  expect(await ledger.tally()).toEqual({ configurations: 0, sets: {} });
  expect(tallySentence(await ledger.tally())).toBe('no configuration has scored an external set');
  await expect(readFile(ledger.path)).rejects.toThrow('ENOENT');
});

test('processes that record at once lose nothing', async () => {
  const folder = await temporaryFolder();
  const code = (process: number) => `
    import { ScoredLedger } from './results/scored-ledger.ts';
    import { modelConfig, trainConfig } from '@viewgap/contracts';
    const ledger = new ScoredLedger(${JSON.stringify(folder)});
    const common = trainConfig.parse({});
    for (let i = 0; i < 25; i++) {
      const model = modelConfig.parse({ decoder: { lambda: ${process} + i / 100 } });
      await ledger.record({ name: 'model2', size: 64, common, model }, ['private']);
    }
    await ledger.record({ name: 'model1', size: 64, common, model: modelConfig.parse({}) }, ['private']);`;
  await Promise.all([1, 2, 3].map((process) => scriptOutput(code(process))));
  expect(await new ScoredLedger(folder).tally()).toEqual({ configurations: 76, sets: { private: 76 } });
}, 30_000);

describe('a file that was disturbed', () => {
  test('a last line that a full disk cut short is left, and what comes after it counts', async () => {
    const ledger = new ScoredLedger(await temporaryFolder());
    await ledger.record(model2(1), ['private']);
    await appendFile(ledger.path, '{"configuration":"0123');
    expect(await ledger.record(model2(2), ['private'])).toBe(2);
    expect(await ledger.record(model2(3), ['private'])).toBe(3);
    expect(await ledger.tally()).toMatchObject({ configurations: 3 });
  });

  test('a line of something else is named, and what to do', async () => {
    const ledger = new ScoredLedger(await temporaryFolder());
    await ledger.record(model2(1), ['private']);
    await appendFile(ledger.path, '{"configuration": 3}\n');
    await expect(ledger.tally()).rejects.toThrow(
      `line 2 is no record of a configuration: ${ledger.path} (restore the file: it is only ever added to)`,
    );
  });
});
