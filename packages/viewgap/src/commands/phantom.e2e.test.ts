import { expect, test } from 'vitest';
import { commandFolder, VALID } from '../../test/command.ts';

const { viewgap, pipeline } = commandFolder();

test('phantom writes a data set that ingest reads without a pipeline', () => {
  const drawn = viewgap(
    'phantom',
    '--layout',
    'chexpert',
    '--images',
    '3',
    '--size',
    '128',
    '--out',
    'chexpert',
  );
  expect([drawn.status, drawn.stderr]).toEqual([0, expect.stringContaining('phantom chexpert: 10 files\n')]);
  const read = viewgap('ingest', '--source', 'chexpert', '--root', 'chexpert', '--out', 'out', '--explain');
  expect([read.status, read.stderr]).toEqual([0, expect.stringContaining('4 records, 6 quarantined')]);
  expect(read.stdout).toContain('lateral');
});

test('phantom draws no source of a pipeline that has data of its own', () => {
  const { status, stderr } = viewgap('phantom', '--pipeline', pipeline('own', VALID), '--source', 'nih');
  expect(stderr).toContain('this source is not a phantom: nih');
  expect(status).toBe(2);
});
