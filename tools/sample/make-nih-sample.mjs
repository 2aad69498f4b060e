#!/usr/bin/env node
// Makes pipelines/nih-sample from a folder in NIH ChestX-ray14's layout (images/, Data_Entry_2017_v2020.csv):
//   node tools/sample/make-nih-sample.mjs ../shared/data/nih-256 [target folder]
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { countsTable, parseEntries, selectPatients } from './selection.mjs';

export const TABLE = 'Data_Entry_2017_v2020.csv';
export const SAMPLE = fileURLToPath(new URL('../../pipelines/nih-sample', import.meta.url));

/**
 * Writes images/ and the table of the sample, and the counts of its README where the target has one.
 * @param {string} source
 * @param {string} target
 */
export async function makeSample(source, target) {
  const { header, rows } = parseEntries(await readFile(join(source, TABLE), 'latin1'));
  /** @type {Map<string, number>} */
  const sizes = new Map();
  for (const { image } of rows) sizes.set(image, (await stat(join(source, 'images', image))).size);
  const patients = selectPatients(header, rows, (image) => sizes.get(image) ?? 0);
  const kept = rows.filter((row) => patients.has(row.patient));

  await rm(join(target, 'images'), { recursive: true, force: true });
  await mkdir(join(target, 'images'), { recursive: true });
  for (const { image } of kept) {
    await writeFile(join(target, 'images', image), await readFile(join(source, 'images', image)));
  }
  await writeFile(join(target, TABLE), header + kept.map((row) => row.line).join(''), 'latin1');
  await writeCounts(join(target, 'README.md'), countsTable(kept));
  return { images: kept.length, patients: patients.size };
}

/** @param {string} readme @param {string} counts */
async function writeCounts(readme, counts) {
  let text;
  try {
    text = await readFile(readme, 'utf8');
  } catch {
    return;
  }
  const between = /(<!-- counts -->\n)[\s\S]*?(<!-- end of counts -->)/;
  if (!between.test(text)) throw new Error(`no <!-- counts --> block in ${readme}`);
  await writeFile(
    readme,
    text.replace(between, (_, begin, end) => `${begin}\n${counts}\n${end}`),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [source, target = SAMPLE] = process.argv.slice(2);
  if (source === undefined) {
    console.error('usage: node tools/sample/make-nih-sample.mjs <NIH folder> [target folder]');
    process.exit(2);
  }
  const made = await makeSample(resolve(source), resolve(target));
  console.log(`${made.images} images of ${made.patients} patients in ${resolve(target)}`);
}
