import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandFolder, type Outcome, outcomesOf } from '../test/command.ts';

const { viewgap } = commandFolder();

test('--help lists the commands; each command has an example', () => {
  const { status, stdout } = viewgap('--help');
  expect(status).toBe(0);
  const verbs = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map((match) => match[1] as string);
  expect(verbs).toEqual(
    expect.arrayContaining(['ingest', 'catalog', 'train', 'predict', 'evaluate', 'report', 'doctor']),
  );
  const help = viewgap('train', '--help');
  expect(help.status).toBe(0);
  expect(help.stdout).toContain(
    'example: viewgap train --pipeline pipelines/nih-sample --model model1 --seed 0',
  );
});

test('--help tells what people use from what pipelines call', () => {
  const [, people = '', pipelines = ''] = viewgap('--help').stdout.split(/Commands:|Called by pipelines:/);
  const verbs = (text: string) => [...text.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1]);
  expect(verbs(people)).toEqual(
    'ingest sheet catalog train predict export evaluate report phantom doctor bench help'.split(' '),
  );
  expect(verbs(pipelines)).toEqual('scan prepare trial tune tally pipeline'.split(' '));
});

test('help of a command is what its --help says, and --version is the version of the package', () => {
  expect(viewgap('help', 'train').stdout).toBe(viewgap('train', '--help').stdout);
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(viewgap('--version').stdout).toBe(`${version}\n`);
});

const UNHEEDED = [
  ['train', ['--model', 'model1'], ['--out', 'o'], '--out <folder>'],
  ['train', ['--model', 'model1'], ['--catalog', 'c'], '--catalog <folder>'],
  ['train', ['--model', 'model1'], ['--settings', 's.json'], '--settings <file>'],
  ['predict', ['--model', 'model1'], ['--out', 'o'], '--out <folder>'],
  ['ingest', ['--source', 'nih'], ['--root', 'r'], '--root <folder>'],
  ['evaluate', [], ['--from', 'a'], '--from <model>'],
  ['evaluate', [], ['--bootstrap', '10'], '--bootstrap <replicates>'],
  ['evaluate', [], ['--out', 'o'], '--out <folder>'],
] as const;
const unheeded = outcomesOf(
  UNHEEDED.map(([verb, needed, flag]) => [verb, ...needed, '--pipeline', 'x', ...flag]),
);

test.each(UNHEEDED.map((call, i) => [...call, unheeded[i] as Outcome] as const))(
  '%s with --pipeline refuses a flag that it would not heed: %j %j',
  (verb, _needed, _flag, name, { status, stderr }) => {
    expect(stderr).toBe(
      `viewgap ${verb}: option '${name}' cannot be used with option '--pipeline <folder>' (see viewgap ${verb} --help)\n`,
    );
    expect(status).toBe(2);
  },
);

const WRONG: readonly (readonly [args: string[], line: RegExp])[] = [
  [['ingset'], /^viewgap: unknown command 'ingset' \(Did you mean ingest\?\)\n$/],
  [
    ['ingest', '--pipeline', 'x'],
    /^viewgap ingest: required option '--source <name>' not specified \(see viewgap ingest --help\)\n$/,
  ],
  [
    ['ingest', '--source', 'nih'],
    /^viewgap ingest: neither a pipeline nor a folder: --source nih \(give --pipeline, or --root and --out\)\n$/,
  ],
  [
    ['ingest', '--source', 'nhi', '--root', '.', '--out', 'o'],
    /^viewgap ingest: no such layout: nhi \(did you mean "nih"\?\)\n$/,
  ],
  [['phantom'], /^viewgap phantom: neither a pipeline nor a layout: phantom \(give --layout and --out\)\n$/],
  [
    ['phantom', '--layout', 'mimmic', '--out', 'o'],
    /^viewgap phantom: no such layout: mimmic \(did you mean "mimic"\?\)\n$/,
  ],
  [
    ['phantom', '--layout', 'nih', '--out', 'o', '--images', '0', '--missing-views', '2'],
    /^viewgap phantom: phantom does not take these flags: --images: .*; --missing-views: .* \(see viewgap phantom --help\)\n$/,
  ],
  [
    ['phantom', '--layout', 'nih', '--out', 'o', '--images', 'many'],
    /^viewgap phantom: option '--images <number>' argument 'many' is invalid \(give a whole number from 0\)\n$/,
  ],
  [
    ['train', '--model', 'model1', '--catalog', 'c'],
    /^viewgap train: neither a pipeline nor a catalog: --model model1 \(give --pipeline, or --catalog and --out\)\n$/,
  ],
  [
    ['train', '--model', 'model3', '--catalog', 'c', '--out', 'o'],
    /^viewgap train: no such model in the study: model3 \(did you mean "model1"\?\)\n$/,
  ],
  [
    ['train', '--model', 'model1', '--pipeline', 'x', '--checkpoint', 'often'],
    /^viewgap train: option '--checkpoint <every>' argument 'often' is invalid \(write 5m for minutes, 200 for steps\)\n$/,
  ],
  [
    ['train', '--model', 'model2', '--pipeline', 'x', '--sweep', 'lambda=1'],
    /^viewgap train: option '--sweep <name=values>' cannot be used with option '--pipeline <folder>' \(.*\)\n$/,
  ],
  [
    ['train', '--model', 'model1', '--catalog', 'c', '--out', 'o', '--sweep', 'lambda=1'],
    /^viewgap train: lambda cannot be swept for a model without a decoder: model1 \(.*\)\n$/,
  ],
  [
    ['predict', '--model', 'out/model1', '--catalog', 'c'],
    /^viewgap predict: neither a pipeline nor a catalog: --model out\/model1 \(give --pipeline, or --catalog and --out\)\n$/,
  ],
  [
    ['catalog', '--pipeline', 'x', '--pipelin', 'x'],
    /^viewgap catalog: unknown option '--pipelin' \(Did you mean --pipeline\?\)\n$/,
  ],
  [
    ['catalog', '--pipeline', 'nowhere'],
    /^viewgap catalog: no such pipeline: .*nowhere\/pipeline\.json \(.*\)\n$/,
  ],
  [['tune', '--pipeline', 'x', '--model', 'constructor'], /^viewgap tune: no such pipeline: /],
  [['constructor'], /^viewgap: unknown command 'constructor' \(see viewgap --help\)\n$/],
  [['evaluate'], /^viewgap evaluate: nothing to evaluate: no --pipeline \(give --pipeline .*\)\n$/],
];
const wrong = outcomesOf(WRONG.map(([args]) => args));

test.each(WRONG.map(([args, line], i) => [args, line, wrong[i] as Outcome] as const))(
  'a wrong call %j is one line on stderr and status 2',
  (_args, line, { status, stdout, stderr }) => {
    expect(stderr).toMatch(line);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  },
);

test('a wrong call ends the process with status 2', () => {
  expect(viewgap('train', '--model', 'model3', '--catalog', 'c', '--out', 'o')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'viewgap train: no such model in the study: model3 (did you mean "model1"?)\n',
  });
});
