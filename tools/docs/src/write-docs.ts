// Writes the pages of docs/ that are made by script: npm run docs
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writtenPages } from './pages.ts';
import { ROOT } from './root.ts';

for (const { path, text } of await writtenPages()) {
  await writeFile(join(ROOT, path), text);
  console.log(path);
}
