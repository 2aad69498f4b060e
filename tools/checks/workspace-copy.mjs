import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, realpath, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Copies the workspace's code to a folder, with dependencies linked and our own packages linked within the copy, so
 * that a change there is seen there and nowhere else.
 * @param {string} target an empty folder
 */
export async function copyWorkspace(target) {
  for (const file of ['package.json', '.dependency-cruiser.mjs', 'vitest.kinds.mjs']) {
    await cp(join(ROOT, file), join(target, file));
  }
  for (const folder of ['packages', 'tools', 'bench', 'e2e', 'studies']) {
    for (const name of await readdir(join(ROOT, folder))) {
      const [from, to] = [join(ROOT, folder, name), join(target, folder, name)];
      await cp(from, to, { recursive: true, filter: (path) => path !== join(from, 'node_modules') });
      if (existsSync(join(from, 'node_modules'))) {
        await symlink(join(from, 'node_modules'), join(to, 'node_modules'));
      }
    }
  }
  await linkModules(target);
}

/** @param {string} target */
async function linkModules(target) {
  await mkdir(join(target, 'node_modules', '@viewgap'), { recursive: true });
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (name === '@viewgap' || name === 'viewgap') continue;
    await symlink(join(ROOT, 'node_modules', name), join(target, 'node_modules', name));
  }
  const ours = (await readdir(join(ROOT, 'node_modules', '@viewgap'))).map((name) => join('@viewgap', name));
  for (const name of [...ours, 'viewgap']) {
    const link = join('node_modules', name);
    await symlink(join(target, relative(ROOT, await realpath(join(ROOT, link)))), join(target, link));
  }
}
