#!/usr/bin/env tsx
// Peak memory of `viewgap ingest`, its threads and children included, over large sources that this script writes:
// films in NIH's layout, each of its own pixels, and rows in CheXpert's, of which one in ten has no film.
//
//     npx tsx studies/memory/ingest-memory.ts make FOLDER [FILMS] [ROWS]     20,000 and 100,000 by default
//     npx tsx studies/memory/ingest-memory.ts run FOLDER [nih|chexpert]
import { copyFile, link, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { type Cost, measuredCommand, ROOT } from './measured-command.ts';

const SAMPLE = join(ROOT, 'pipelines/nih-sample/images');

const numbered = (i: number, digits: number) => String(i).padStart(digits, '0');

/** Films of 256 pixels: the sample's, each at as many brightnesses as are needed. */
async function makeNih(root: string, films: number): Promise<void> {
  await mkdir(join(root, 'images'), { recursive: true });
  const originals = (await readdir(SAMPLE)).sort();
  const rows: string[] = [];
  for (let i = 0; i < films; i++) {
    const name = `${numbered(i, 8)}_000.png`;
    const brighter = Math.floor(i / originals.length);
    await sharp(join(SAMPLE, originals[i % originals.length] as string))
      .linear(1, brighter)
      .png({ compressionLevel: 1 })
      .toFile(join(root, 'images', name));
    rows.push(`${name},No Finding,0,${i},${20 + (i % 70)},F,${i % 2 === 0 ? 'PA' : 'AP'}`);
  }
  const header = 'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position';
  await writeFile(join(root, 'Data_Entry.csv'), `${[header, ...rows].join('\n')}\n`);
}

const LABELS = [
  'No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,Edema,Consolidation,Pneumonia,Atelectasis',
  'Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices',
].join(',');
const VIEWS_A_STUDY = 20;

/** Rows of which every tenth has no film; the others' are links to ten films of 64 pixels. */
async function makeCheXpert(root: string, rows: number): Promise<void> {
  const films = (await readdir(SAMPLE)).slice(0, 10);
  await mkdir(root, { recursive: true });
  for (const name of films) {
    await sharp(join(SAMPLE, name))
      .resize(64)
      .png()
      .toFile(join(root, `film-${name}`));
  }
  const lines = [`Path,Sex,Age,Frontal/Lateral,AP/PA,${LABELS}`];
  for (let i = 0; i < rows; i++) {
    const study = `train/patient${numbered(Math.floor(i / VIEWS_A_STUDY), 5)}/study1`;
    if (i % VIEWS_A_STUDY === 0) await mkdir(join(root, study), { recursive: true });
    const path = `${study}/view${(i % VIEWS_A_STUDY) + 1}_frontal.png`;
    const film = join(root, `film-${films[i % films.length]}`);
    // A file bears 65,000 links at most.
    if (i % 10 !== 9)
      await (i % 1000 === 0 ? copyFile(film, join(root, path)) : link(film, join(root, path)));
    lines.push(
      `CheXpert-v1.0-small/${path},Female,50,Frontal,${i % 2 === 0 ? 'AP' : 'PA'},1.0${','.repeat(13)}`,
    );
  }
  await writeFile(join(root, 'train.csv'), `${lines.join('\n')}\n`);
}

interface Run extends Cost {
  readonly counts: Readonly<Record<string, number>>;
}

async function ingest(source: string, root: string, work: string): Promise<Run> {
  const out = join(work, 'out', source);
  const cost = await measuredCommand(['ingest', '--source', source, '--root', root, '--out', out], work);
  const { counts } = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')) as Run;
  return { ...cost, counts };
}

async function make(folder: string, films: number, rows: number): Promise<void> {
  await makeNih(join(folder, 'nih'), films);
  await makeCheXpert(join(folder, 'chexpert'), rows);
}

async function run(folder: string, sources: readonly string[]): Promise<void> {
  console.log('| source | files | rows | records | quarantined | seconds | peak, MiB |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const source of sources) {
    const work = await mkdtemp(join(tmpdir(), 'viewgap-memory-'));
    try {
      const { seconds, peakBytes, counts } = await ingest(source, join(folder, source), work);
      const cells = [counts.images, counts.rows, counts.records, counts.quarantined, seconds.toFixed(0)];
      console.log(`| ${source} | ${cells.join(' | ')} | ${Math.round(peakBytes / 2 ** 20)} |`);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
}

const [verb, folder = '', ...rest] = process.argv.slice(2);
if (verb === 'make') {
  const [films = 20_000, rows = 100_000] = rest.map(Number);
  await make(folder, films, rows);
} else if (verb === 'run') {
  await run(folder, rest.length > 0 ? rest : ['nih', 'chexpert']);
} else {
  throw new Error('make or run');
}
