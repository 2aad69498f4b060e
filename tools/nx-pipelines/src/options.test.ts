import { describe, expect, test } from 'vitest';
import { pluginOptions } from './options.mjs';

test('without options pipelines are in pipelines/, and a target has the name of its command', () => {
  const { pipelines, targetNames } = pluginOptions();
  expect(pipelines).toBe('pipelines');
  for (const [verb, name] of Object.entries(targetNames)) expect(name).toBe(verb);
  expect(Object.keys(targetNames).sort()).toEqual(
    ['catalog', 'evaluate', 'ingest', 'phantom', 'pipeline', 'predict', 'prepare', 'report'].concat([
      ...['scan', 'tally', 'train', 'trial', 'tune'],
    ]),
  );
});

test('what is given replaces its default alone', () => {
  const { pipelines, targetNames } = pluginOptions({ pipelines: 'a/b-c', targetNames: { train: 'fit' } });
  expect([pipelines, targetNames.train, targetNames.predict]).toEqual(['a/b-c', 'fit', 'predict']);
});

describe('a wrong option is refused in one line that names it', () => {
  test.each([
    [3, 'options: must be an object, not 3'],
    [{ pipeline: 'x' }, 'options: unknown key "pipeline": it has pipelines, targetNames'],
    [{ pipelines: 7 }, 'pipelines: must be a folder of the workspace such as "pipelines", not 7'],
    [{ pipelines: '' }, 'pipelines: must be a folder of the workspace such as "pipelines", not ""'],
    [{ pipelines: '../x' }, 'pipelines: must be a folder of the workspace such as "pipelines", not "../x"'],
    [{ pipelines: '/x' }, 'pipelines: must be a folder of the workspace such as "pipelines", not "/x"'],
    [{ targetNames: ['fit'] }, 'targetNames: must be an object, not ["fit"]'],
    [{ targetNames: { trian: 'fit' } }, /^targetNames: unknown key "trian": it has phantom, .*, train, /],
    [
      { targetNames: { train: 'a:b' } },
      `targetNames.train: must be a target's name such as "train", not "a:b"`,
    ],
    [
      { targetNames: { train: null } },
      `targetNames.train: must be a target's name such as "train", not null`,
    ],
    [{ targetNames: { train: 'predict' } }, 'targetNames.predict: "predict" is also the target of train'],
  ])('%j', (options, line) => {
    const prefix = 'nx.json, plugin @viewgap/nx-pipelines, ';
    const said = (() => {
      try {
        pluginOptions(options);
        return 'accepted';
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(said.startsWith(prefix), said).toBe(true);
    if (typeof line === 'string') expect(said.slice(prefix.length)).toBe(line);
    else expect(said.slice(prefix.length)).toMatch(line);
  });
});
