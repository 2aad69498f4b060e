import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { canonicalJson, sha256, sha256File } from '@viewgap/artifacts';
import sharp from 'sharp';

const here = (path: string) => new URL(`./${path}`, import.meta.url);
const codeIn = (folder: string) =>
  readdirSync(here(folder))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .sort()
    .map((name) => here(`${folder}/${name}`));

/** Names a request and the code that answers it: data that were written under another name are written again. */
export async function phantomVersion(request: unknown): Promise<string> {
  const source = ['.', 'layouts', 'files', 'film'].flatMap(codeIn);
  const hashes = await Promise.all(source.map((file) => sha256File(fileURLToPath(file))));
  return sha256(canonicalJson({ request, hashes, sharp: sharp.versions.sharp }));
}
