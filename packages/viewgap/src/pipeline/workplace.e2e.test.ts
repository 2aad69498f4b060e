import { expect, test } from 'vitest';
import { commandFolder, VALID } from '../../test/command.ts';

const { viewgap, pipeline } = commandFolder();

test('a wrong pipeline.json lists every mistake at once, with its path and the nearest valid name', () => {
  const folderName = pipeline('wrong', {
    ...VALID,
    sources: { nih: { adapter: 'nih-chestxray', root: 'data' } },
    train: { models: { model1: { decodr: {} } }, epoch: 3 },
    evaluate: { to: 'model1', findings: ['CSN', 'FBI'] },
  });
  const { status, stderr } = viewgap('catalog', '--pipeline', folderName);
  expect(status).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(
    'sources.nih.adapter: "nih-chestxray" is not valid, did you mean "nih-chestxray14"?',
  );
  expect(stderr).toContain('train.models.model1.decodr: unknown key, did you mean "decoder"?');
  expect(stderr).toContain(
    'evaluate.findings.1: "FBI" names no finding of `findings`, known (the nearest first): FIB, ',
  );
  expect(stderr).toContain('train.epoch: unknown key');
});

test('unknown sources, models and seeds are named with their nearest valid name', () => {
  const name = pipeline('valid', VALID);
  expect(viewgap('ingest', '--pipeline', name, '--source', 'nhi').stderr).toContain(
    'no such source in valid: nhi (did you mean "nih"?)',
  );
  expect(viewgap('train', '--pipeline', name, '--model', 'modell').stderr).toContain(
    'no such model in valid: modell',
  );
  expect(viewgap('train', '--pipeline', name, '--model', 'model1', '--seed', '1.5').stderr).toContain(
    "option '--seed <number>' argument '1.5' is invalid (give a whole number from 0)",
  );
});

test('a source folder that is missing is named with the cure, and neither the other sources nor the pipeline stop', () => {
  const name = pipeline('missing', {
    ...VALID,
    sources: { nih: { adapter: 'nih-chestxray14', root: '$NO_SUCH_ROOT' } },
  });
  const scan = viewgap('scan', '--pipeline', name, '--source', 'nih');
  expect(scan.status).toBeGreaterThan(0);
  expect(scan.stderr).toMatch(/^viewgap scan: .*NO_SUCH_ROOT.*\n$/);
  const all = viewgap('scan', '--pipeline', name);
  expect(all.status).toBe(0);
  expect(all.stderr).toMatch(/^scan nih: .*NO_SUCH_ROOT.*\n$/);
  const whole = viewgap('pipeline', '--pipeline', name);
  expect(whole.status).toBe(0);
  expect(whole.stdout).toContain(
    'nih: an environment variable is not set: NO_SUCH_ROOT (export NO_SUCH_ROOT=/path/to/the/source)',
  );
});

test('a stage whose input was never made says which command makes it', () => {
  const name = pipeline('first', VALID);
  const { status, stderr } = viewgap('catalog', '--pipeline', name);
  expect(status).toBe(1);
  expect(stderr).toMatch(/no finished ingest artifact: .* \(run: npx nx run first\/ingest\/nih:ingest\)/);
});
