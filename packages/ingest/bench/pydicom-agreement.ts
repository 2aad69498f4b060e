/**
 * Films as ingest shows them at 224 px beside pydicom's rendering of them: absolute differences in grey levels over the
 * foreground, which is where pydicom's is not black.
 *
 *     npx tsx packages/ingest/bench/pydicom-agreement.ts FOLDER [PYTHON]
 *
 * PYTHON needs what fixtures/dicom/reference.py names.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kernels } from '@viewgap/shards/grey';
import { Codecs } from '../src/dicom/codecs/codecs.ts';
import { decodeDicom } from '../src/dicom/decode.ts';
import { Resizer } from '../src/pixels/resize.ts';

const SIZE = 224;
const REFERENCE = fileURLToPath(new URL('../fixtures/dicom/reference.py', import.meta.url));

const [folder = '.', python = 'python3'] = process.argv.slice(2);
const names = (await readdir(folder)).filter((name) => name.endsWith('.dcm')).sort();
const out = await mkdtemp(join(tmpdir(), 'viewgap-pydicom-'));
try {
  execFileSync(python, [REFERENCE, out, ...names.map((name) => join(folder, name))]);
  const kernels = new Kernels();
  const tools = { kernels, codecs: new Codecs(), maxPixels: 2 ** 26, size: SIZE, anything: true };
  const resizer = new Resizer(kernels);
  console.log('| film | halved | mean | 99th percentile | largest |\n| --- | --- | --- | --- | --- |');
  for (const name of names) {
    const film = await decodeDicom(await readFile(join(folder, name)), tools);
    if ('reason' in film) throw new Error(`${name}: ${film.reason}`);
    const ours = resizer.stretch(film, SIZE);
    const theirs = await readFile(join(out, `${name}.grey`));
    const differences = [...theirs]
      .flatMap((grey, i) => (grey === 0 ? [] : [Math.abs(grey - (ours[i] as number))]))
      .sort((a, b) => a - b);
    const mean = differences.reduce((a, b) => a + b, 0) / differences.length;
    const p99 = differences[Math.floor(0.99 * (differences.length - 1))];
    const { step = 1 } = film.thinned ?? {};
    console.log(`| ${name} | ${step} | ${mean.toFixed(3)} | ${p99} | ${differences.at(-1)} |`);
  }
} finally {
  await rm(out, { recursive: true, force: true });
}
