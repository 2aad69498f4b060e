#!/usr/bin/env tsx
// Time and peak memory of scan and ingest over very many tiny films that this script writes, in NIH's layout: all of
// them new, none new, some new, and one replaced by another of its size and time.
//
//     npx tsx studies/memory/ingest-many.ts make FOLDER [FILMS]     400,000 by default
//     npx tsx studies/memory/ingest-many.ts run FOLDER [NEW]        1,000 new ones by default
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Kernels, writeGreyPng } from '@viewgap/shards/grey';
import { measuredCommand } from './measured-command.ts';

const EDGE = 64;
const FILMS_A_FOLDER = 10_000;
const FILMS_A_PATIENT = 4;
const TABLE = 'Data_Entry.csv';
const HEADER = 'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position';

const kernels = new Kernels();

const numbered = (i: number, digits: number) => String(i).padStart(digits, '0');
const nameOf = (i: number) =>
  `${numbered(Math.floor(i / FILMS_A_PATIENT) + 1, 8)}_${numbered(i % FILMS_A_PATIENT, 3)}.png`;
const folderOf = (i: number) => `images_${numbered(Math.floor(i / FILMS_A_FOLDER), 3)}`;
const rowOf = (i: number) => `${nameOf(i)},No Finding,0,${Math.floor(i / FILMS_A_PATIENT) + 1},50,F,PA\n`;

/** A slope with a film's own noise, all of one look. */
function film(seed: number): Uint8Array {
  let state = (seed + 1) * 2_654_435_761;
  const pixels = Uint8Array.from({ length: EDGE * EDGE }, (_, at) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return 2 * (at % EDGE) + (state >>> 27);
  });
  return writeGreyPng({ width: EDGE, height: EDGE, pixels }, kernels);
}

async function writeFilms(root: string, first: number, count: number): Promise<void> {
  let rows = first === 0 ? `${HEADER}\n` : '';
  for (let i = first; i < first + count; i++) {
    if (i === first || i % FILMS_A_FOLDER === 0) await mkdir(join(root, folderOf(i)), { recursive: true });
    await writeFile(join(root, folderOf(i), nameOf(i)), film(i));
    rows += rowOf(i);
  }
  await writeFile(join(root, TABLE), rows, { flag: first === 0 ? 'w' : 'a' });
}

/** Another film of the same bytes and the same time. */
async function replaceFirst(root: string): Promise<void> {
  const path = join(root, folderOf(0), nameOf(0));
  const { size, atime, mtime } = await stat(path);
  for (let seed = 10_000_000; ; seed++) {
    const other = film(seed);
    if (other.length !== size) continue;
    await writeFile(path, other);
    await utimes(path, atime, mtime);
    return;
  }
}

async function make(folder: string, films: number): Promise<void> {
  await writeFilms(join(folder, 'data'), 0, films);
  const pipeline = {
    sources: { s: { adapter: 'nih-chestxray14', root: 'data' } },
    ingest: { size: EDGE },
    train: { models: { model1: {}, model2: { decoder: {} } } },
  };
  await writeFile(join(folder, 'pipeline.json'), JSON.stringify(pipeline));
}

async function run(folder: string, fresh: number): Promise<void> {
  const root = join(folder, 'data');
  const table = await readFile(join(root, TABLE), 'utf8');
  const films = table.split('\n').length - 2;
  await rm(join(folder, 'work'), { recursive: true, force: true });
  await mkdir(join(folder, 'work'));
  console.log('| what | files | seconds | of the processor | files/s | peak, MiB |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  const measured = async (what: string, verb: string, files: number) => {
    const { seconds, cpuSeconds, peakBytes } = await measuredCommand(
      [verb, '--pipeline', folder, '--source', 's'],
      join(folder, 'work'),
    );
    const cells = [
      what,
      files,
      seconds.toFixed(0),
      cpuSeconds.toFixed(0),
      Math.round(files / seconds),
      Math.round(peakBytes / 2 ** 20),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  };
  await measured('scan', 'scan', films);
  await measured('ingest, all new', 'ingest', films);
  await measured('ingest, nothing new', 'ingest', films);
  await writeFilms(root, films, fresh);
  await measured(`ingest, ${fresh} new`, 'ingest', films + fresh);
  await replaceFirst(root);
  await measured('ingest, one replaced', 'ingest', films + fresh);
}

const [verb, path = '', count] = process.argv.slice(2);
const folder = resolve(path);
if (verb === 'make') await make(folder, Number(count ?? 400_000));
else if (verb === 'run') await run(folder, Number(count ?? 1_000));
else throw new Error('make or run');
