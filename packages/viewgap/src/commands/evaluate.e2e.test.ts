import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { commandFolder, type Outcome } from '../../test/command.ts';

const { path, viewgap, together } = commandFolder();

test('evaluate alone: a predictions file of any models, into a folder that holds nothing else', () => {
  writeFileSync(
    path('scores.csv'),
    scoresOf(['resnet', 'vit'], (i) => (i % 3 ? 0 : 1)),
  );
  const models = ['--from', 'resnet', '--to', 'vit'];
  const done = viewgap('evaluate', '--predictions', 'scores.csv', '--out', 'scored', ...models);
  expect(done.status).toBe(0);
  expect(done.stdout).toContain(join('scored', 'metrics.json'));
  const metrics = JSON.parse(readFileSync(path('scored/metrics.json'), 'utf8'));
  expect(metrics.changes).toHaveLength(10);

  mkdirSync(path('mine'));
  writeFileSync(path('mine/thesis.txt'), 'years of work');
  const [again, wrong, refused] = together(
    ['evaluate', '--predictions', 'scores.csv', '--out', 'scored', ...models],
    ['evaluate', '--predictions', 'scores.csv', '--out', 'scored'],
    ['evaluate', '--predictions', 'scores.csv', '--out', 'mine', ...models],
  );
  expect(again.status).toBe(0);
  expect(wrong?.stderr).toContain('the predictions hold no model of evaluate.from: model1');
  expect(wrong?.status).toBe(2);
  expect(refused?.stderr).toMatch(
    /--out holds a file that evaluate did not write: .*thesis\.txt \(name an empty folder\)/,
  );
  expect(readFileSync(path('mine/thesis.txt'), 'utf8')).toBe('years of work');
});

/** Two models, one finding of each text, 40 patients; `label` of each image. */
function scoresOf(
  models: readonly string[],
  label: (image: number, finding: string) => 0 | 1 | '',
  findings = ['PEF'],
) {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = Array.from({ length: 80 }, (_, i) =>
    models.flatMap((model, m) =>
      findings.map((finding) =>
        [
          'own',
          `i${i}`,
          `p${i >> 1}`,
          i % 2 ? 'AP' : 'PA',
          quoted(model),
          finding,
          label(i, finding),
          ((i * 37) % 80) + m * (i % 5),
        ].join(),
      ),
    ),
  );
  return ['dataset,image_id,patient_id,view,model,finding,label,score', ...rows.flat()].join('\n');
}

const NAMED = [
  ['ResNet50', 'ViT_B/16'],
  ['constructor', '__proto__'],
  ['모델 "하나"', '--to'],
] as const;

describe('evaluate alone:', () => {
  let outcomes: readonly Outcome[];
  beforeAll(() => {
    const calls = NAMED.map(([from, to], i) => {
      writeFileSync(
        path(`names-${i}.csv`),
        scoresOf([from, to], (image) => (image % 3 ? 0 : 1)),
      );
      const flags = [`--from=${from}`, `--to=${to}`, '--out', `named-${i}`];
      return ['evaluate', '--predictions', `names-${i}.csv`, ...flags];
    });
    outcomes = together(...calls);
  });

  test.each(NAMED)('models called %j and %j are compared', (from, to) => {
    const i = NAMED.findIndex((pair) => pair[0] === from);
    const { stderr, status } = outcomes[i] as Outcome;
    expect([stderr, status]).toEqual([expect.stringContaining('10 changes'), 0]);
    const metrics = JSON.parse(readFileSync(path(`named-${i}/metrics.json`), 'utf8'));
    expect(metrics.changes[0]).toMatchObject({
      from_model: from,
      to_model: to,
      estimate: expect.any(Number),
    });
  });
});

test('evaluate alone: a model that is known by another case is near', () => {
  writeFileSync(
    path('names.csv'),
    scoresOf(['ResNet50', 'ViT_B/16'], (i) => (i % 3 ? 0 : 1)),
  );
  const flags = ['--from', 'resnet50', '--to', 'ViT_B/16', '--out', 'named'];
  const [near, none] = together(
    ['evaluate', '--predictions', 'names.csv', ...flags],
    ['evaluate', '--predictions', 'names.csv', '--from', '', '--out', 'named'],
  );
  expect(near.stderr).toContain(
    'the predictions hold no model of evaluate.from: resnet50 (did you mean "ResNet50"?',
  );
  expect([none?.status, none?.stderr]).toEqual([2, expect.stringContaining('--from: must not be empty')]);
});

test('evaluate alone: findings without labels are refused where asked for, else named', () => {
  const label = (i: number, finding: string) => (finding === 'FIB' ? '' : i % 3 ? 0 : 1);
  writeFileSync(path('lacks.csv'), scoresOf(['a', 'b'], label, ['PEF', 'FIB']));
  const call = ['evaluate', '--predictions', 'lacks.csv', '--from', 'a', '--to', 'b', '--out', 'lacking'];
  const [done, asked, known] = together(
    call,
    [...call, '--findings', 'PEF', 'FIB'],
    [...call, '--findings', 'PEF'],
  );
  expect([done.status, done.stderr]).toEqual([
    0,
    expect.stringContaining('evaluate: no known label of FIB in any data set: n/a in every table\n'),
  ]);
  expect([asked?.status, asked?.stderr]).toEqual([
    1,
    expect.stringMatching(
      /viewgap evaluate: these findings have no known label in any data set: FIB \(.*\)\n$/,
    ),
  ]);
  expect(known?.status).toBe(0);
});

test('evaluate alone: a wide table with labels beside it, under other names', () => {
  const ids = Array.from({ length: 60 }, (_, i) => i);
  writeFileSync(
    path('wide.csv'),
    ['Image,prob_PTX', ...ids.map((i) => `i${i},${((i * 37) % 60) / 60}`)].join('\n'),
  );
  const labels = ids.map(
    (i) => `i${i},p${i >> 1},${i % 2 ? 'AP' : 'PA'},${i % 3 ? 'No Finding' : 'PTX|PEF'}`,
  );
  writeFileSync(path('labels.csv'), ['Image,patient_id,view,Findings', ...labels].join('\n'));
  const layout = [
    '--wide',
    'prob_{finding}',
    '--labels',
    'labels.csv',
    '--label-list',
    'Findings',
    '--map',
    'image_id=Image',
  ];
  const model = ['--set', 'dataset=own', '--set', 'model=vit'];
  const call = ['evaluate', '--predictions', 'wide.csv', '--out', 'wide', ...layout, ...model];
  const [done, flags, margin, family, set] = together(
    [...call, '--bootstrap', '100'],
    [...call, '--margin', '2', '--from', ''],
    [...call, '--margin', 'small'],
    [...call, '--family', 'all'],
    [...call, '--set', 'dataset'],
  );
  expect(done.stderr).toContain('bootstrap');
  const metrics = JSON.parse(readFileSync(path('wide/metrics.json'), 'utf8'));
  expect(metrics.datasets).toMatchObject([{ dataset: 'own', images: 60, clusters: 30 }]);
  expect(metrics.bootstrap).toHaveLength(10);
  expect(flags?.status).toBe(2);
  expect(flags?.stderr).toMatch(/evaluate does not take these flags: --from: .*; --margin: /);
  expect(margin?.stderr).toContain("argument 'small' is invalid (give a number)");
  expect(family).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("argument 'all' is invalid (allowed choices are findings, dataset)"),
  });
  expect(set?.stderr).toContain(
    "option '--set <column=value>' argument 'dataset' is invalid (write name=value)",
  );
});
