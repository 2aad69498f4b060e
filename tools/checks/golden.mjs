import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './workspace-copy.mjs';

/**
 * What code makes of a fixed set of inputs, and the versions under which its results are kept.
 * @typedef {object} Results
 * @property {Readonly<Record<string, string | number>>} versions the first is raised by hand
 * @property {Readonly<Record<string, unknown>>} values JSON, by the names of the inputs
 */

/**
 * Compares results with the golden ones of a file. Results that are kept under a version must not change while it stays
 * the same: what was kept would be taken for what the code makes now. With GOLDEN=write in the environment the file is
 * written, except where it would hide such a change.
 * @param {URL} file
 * @param {Results} now
 * @param {{ raise: string, command: string }} cure `raise`: what is to be raised, and where; `command`: runs the test
 * @returns {Promise<string>} what differs and what to do; empty where nothing differs
 */
export async function goldenDifference(file, { versions, values }, { raise, command }) {
  const text = `${JSON.stringify({ versions, values }, null, 2)}\n`;
  const golden = await readGolden(file);
  if (golden !== null && sameJson(golden, JSON.parse(text))) return '';
  const name = relative(ROOT, fileURLToPath(file));
  const changed = Object.keys(golden?.values ?? {}).filter(
    (key) => key in values && !sameJson(golden?.values[key], values[key]),
  );
  if (changed.length > 0 && sameJson(golden?.versions, versions)) {
    return `${listed(changed)}: not as in ${name}; raise ${raise}, then GOLDEN=write ${command}`;
  }
  if (process.env.GOLDEN === 'write') {
    await writeFile(file, text);
    return '';
  }
  return `${name} is not of ${wordsOf(versions)} and of all inputs; GOLDEN=write ${command}`;
}

/**
 * @param {URL} file
 * @returns {Promise<Results | null>}
 */
async function readGolden(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * @param {unknown} a
 * @param {unknown} b
 */
function sameJson(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** @param {readonly string[]} names */
function listed(names) {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** @param {Results['versions']} versions */
function wordsOf(versions) {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}
