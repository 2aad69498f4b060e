// The end of `npm test`: how many tests were skipped, and why, from the reports that vitest wrote.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { skippedByReason } from './skipped-tests.mjs';
import { ROOT } from './workspace-copy.mjs';

const reports = [];
for (const parent of ['packages', 'tools', 'e2e', 'studies']) {
  for (const name of await readdir(join(ROOT, parent))) {
    for (const kind of ['test', 'e2e']) {
      const file = join(ROOT, parent, name, '.vitest', `${kind}.json`);
      const text = await readFile(file, 'utf8').catch(() => null);
      if (text !== null) reports.push(JSON.parse(text));
    }
  }
}
for (const [reason, count] of skippedByReason(reports)) console.log(`${count} tests skipped: ${reason}`);
