import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sha256 } from '@viewgap/artifacts';

const FOLDERS = [
  '../',
  import.meta.resolve('@viewgap/engine'),
  import.meta.resolve('@viewgap/contracts'),
].map((address) => fileURLToPath(new URL('.', new URL(address, import.meta.url))));

/** Names the code that trains: what one version began, another may not go on with. */
export async function codeIdentity(folders: readonly string[] = FOLDERS): Promise<Sha256> {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const names = await readdir(folder, { recursive: true });
    for (const name of names.filter(isSource).sort())
      hash.update(name).update(await readFile(join(folder, name)));
  }
  return hash.digest('hex');
}

function isSource(name: string): boolean {
  return /\.(ts|mjs|cjs)$/.test(name) && !name.endsWith('.test.ts');
}
