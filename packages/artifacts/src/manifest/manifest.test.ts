import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { killAtFirstOutput, temporaryFolder } from '../../test/testing.ts';
import { sha256 } from '../files/hash.ts';
import { Store } from '../files/store.ts';
import { appendRows, withDuckDB } from '../tables/duckdb.ts';
import {
  beginArtifact,
  duckdbEntry,
  fileEntry,
  finishArtifact,
  MANIFEST_NAME,
  type Manifest,
  type ManifestFile,
  openArtifact,
} from './manifest.ts';

const REBUILD = 'npx nx run demo/catalog:catalog';
const open = { rebuild: REBUILD };

function content(files: ManifestFile[], changes: Partial<Manifest> = {}): Omit<Manifest, 'schema'> {
  return {
    stage: 'catalog',
    inputs: { 'ingest/nih': sha256('a manifest') },
    config: { seed: 0, splits: { train: 0.6, val: 0.15, test: 0.25 } },
    files,
    counts: { images: 2 },
    ...changes,
  };
}

/** A finished artifact of one text file and one DuckDB file. */
async function finished(folder: string) {
  await beginArtifact(folder);
  await mkdir(join(folder, 'AP'));
  await writeFile(join(folder, 'AP', 'part.arrow'), 'shard');
  await withDuckDB(join(folder, 'catalog.duckdb'), async (connection) => {
    await connection.run('create table images (image_id varchar)');
    await appendRows(connection, 'images', [{ image_id: 'a' }, { image_id: 'b' }]);
  });
  const files = [await fileEntry(folder, 'AP/part.arrow', 2), await duckdbEntry(folder, 'catalog.duckdb')];
  return finishArtifact(folder, content(files), { seconds: 1.5, host: 'here' });
}

async function manifestWith(folder: string, change: (manifest: Manifest) => unknown): Promise<void> {
  const path = join(folder, MANIFEST_NAME);
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
  await writeFile(path, JSON.stringify(change(manifest)));
}

describe('a finished artifact', () => {
  test('opens as what was written, and is named by the hash of its manifest', async () => {
    const folder = await temporaryFolder();
    const written = await finished(folder);
    expect(await openArtifact(folder, 'catalog', { ...open, verify: true })).toEqual(written);
    expect(written.sha256).toBe(sha256(await readFile(join(folder, MANIFEST_NAME))));
    expect(written.manifest.files).toEqual([
      { path: 'AP/part.arrow', kind: 'file', sha256: sha256('shard'), bytes: 5, rows: 2 },
      expect.objectContaining({ path: 'catalog.duckdb', kind: 'duckdb', bytes: null, rows: 2 }),
    ]);
  });

  test('has the same manifest, byte for byte, in another folder, another run, with keys in another order', async () => {
    const [one, two] = [await temporaryFolder(), await temporaryFolder()];
    await finished(one);
    const { manifest } = await finished(two);
    const reversed = Object.fromEntries(Object.entries(manifest).reverse()) as unknown as Manifest;
    const config = Object.fromEntries(Object.entries(manifest.config as object).reverse());
    await finishArtifact(two, { ...reversed, config }, { seconds: 99, host: 'elsewhere' });
    expect(await readFile(join(two, MANIFEST_NAME))).toEqual(await readFile(join(one, MANIFEST_NAME)));
  });

  test('keeps clock and host in run.json, which no hash sees', async () => {
    const folder = await temporaryFolder();
    await finished(folder);
    expect(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'))).toEqual({
      seconds: 1.5,
      host: 'here',
    });
    expect(await readFile(join(folder, MANIFEST_NAME), 'utf8')).not.toMatch(/seconds|here/);
  });

  test('may have shards in the store, which are checked there', async () => {
    const folder = await temporaryFolder();
    const store = new Store(join(folder, 'store'));
    const hash = await store.put(Uint8Array.of(1, 2, 3));
    const shard = { path: 'AP/part-00000.arrow', kind: 'store', sha256: hash, bytes: 3, rows: 1 } as const;
    const run = join(folder, 'run');
    await beginArtifact(run);
    await finishArtifact(run, content([shard]), {});
    await openArtifact(run, 'catalog', { ...open, store, verify: true });
    await rm(store.path(hash));
    await expect(openArtifact(run, 'catalog', { ...open, store })).rejects.toThrow(
      `a file that the manifest names is missing: ${store.path(hash)} (${REBUILD} --skip-nx-cache)`,
    );
    await writeFile(store.path(hash), Uint8Array.of(1, 2, 4));
    await openArtifact(run, 'catalog', { ...open, store });
    await expect(openArtifact(run, 'catalog', { ...open, store, verify: true })).rejects.toThrow(
      'a file is not the one that the manifest names',
    );
  });
});

describe('what is not an artifact', () => {
  test('a folder that is not there, or not a folder', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    for (const path of [join(folder, 'missing'), join(folder, 'file')]) {
      await expect(openArtifact(path, 'catalog', open)).rejects.toThrow(
        `no finished catalog artifact: ${path} (${REBUILD})`,
      );
    }
  });

  test('a run that was killed before its manifest: everything else may lie there', async () => {
    const folder = join(await temporaryFolder(), 'run');
    await killAtFirstOutput(`
      import { writeFileSync } from 'node:fs';
      import { beginArtifact } from './manifest/manifest.ts';
      await beginArtifact(${JSON.stringify(folder)});
      writeFileSync(${JSON.stringify(join(folder, 'records.arrow'))}, 'whole or half');
      console.log('written');
      setTimeout(() => {}, 60_000);`);
    expect(await readdir(folder)).toEqual(['records.arrow']);
    await expect(openArtifact(folder, 'catalog', open)).rejects.toThrow('no finished catalog artifact');
  });

  test('a run that was killed while it made a finished artifact again: the old manifest is gone first', async () => {
    const folder = join(await temporaryFolder(), 'run');
    await finished(folder);
    await killAtFirstOutput(`
      import { beginArtifact } from './manifest/manifest.ts';
      await beginArtifact(${JSON.stringify(folder)});
      console.log('begun');
      setTimeout(() => {}, 60_000);`);
    await expect(openArtifact(folder, 'catalog', open)).rejects.toThrow('no finished catalog artifact');
    await finished(folder);
    await openArtifact(folder, 'catalog', { ...open, verify: true });
  });

  test('the artifact of another stage', async () => {
    const folder = await temporaryFolder();
    await finished(folder);
    await expect(openArtifact(folder, 'train', open)).rejects.toThrow(
      `not a train artifact but one of catalog: ${folder}`,
    );
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, -20)],
    ['of another schema', (text: string) => text.replace('"schema": 1', '"schema": 2')],
    ['with a key that it does not know', (text: string) => text.replace('{', '{"clock": 1,')],
    ['with a hash that is none', (text: string) => text.replace(sha256('shard'), 'abc')],
  ])('a manifest %s', async (_, change) => {
    const folder = await temporaryFolder();
    await finished(folder);
    const path = join(folder, MANIFEST_NAME);
    await writeFile(path, change(await readFile(path, 'utf8')));
    await expect(openArtifact(folder, 'catalog', open)).rejects.toThrow(
      `a manifest that cannot be read: ${path} (${REBUILD})`,
    );
  });
});

test('a folder with the name of the manifest is no artifact, and a new run clears it', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, MANIFEST_NAME));
  await expect(openArtifact(folder, 'catalog', open)).rejects.toThrow('a manifest that cannot be read');
  await finished(folder);
  await openArtifact(folder, 'catalog', open);
});

describe('the border check', () => {
  test('names a file that is missing', async () => {
    const folder = await temporaryFolder();
    await finished(folder);
    await rm(join(folder, 'AP'), { recursive: true });
    await expect(openArtifact(folder, 'catalog', open)).rejects.toThrow(
      `a file that the manifest names is missing: ${join(folder, 'AP', 'part.arrow')} (${REBUILD})`,
    );
  });

  test('names a file of the wrong size', async () => {
    const folder = await temporaryFolder();
    await finished(folder);
    await appendFile(join(folder, 'AP', 'part.arrow'), '!');
    await expect(openArtifact(folder, 'catalog', open)).rejects.toThrow(
      `a file has 6 bytes where the manifest says 5: ${join(folder, 'AP', 'part.arrow')}`,
    );
  });

  test('finds other bytes of the same size only when it verifies', async () => {
    const folder = await temporaryFolder();
    await finished(folder);
    await writeFile(join(folder, 'AP', 'part.arrow'), 'Shard');
    await openArtifact(folder, 'catalog', open);
    await expect(openArtifact(folder, 'catalog', { ...open, verify: true })).rejects.toThrow(
      `a file is not the one that the manifest names: ${join(folder, 'AP', 'part.arrow')}`,
    );
  });

  test('verifies a DuckDB file by its content: a rewritten file passes, one more row or a torn file does not', async () => {
    const folder = await temporaryFolder();
    await finished(folder);
    const path = join(folder, 'catalog.duckdb');
    const verify = () => openArtifact(folder, 'catalog', { ...open, verify: true });
    const change = (sql: string) => withDuckDB(path, (connection) => connection.run(sql));

    await change('create table copy as from images order by image_id desc; drop table images');
    await change('alter table copy rename to images');
    await verify();

    await change("insert into images values ('c')");
    await expect(verify()).rejects.toThrow('a file is not the one that the manifest names');

    await truncate(path, 5000);
    await expect(verify()).rejects.toThrow(UserError);
  });

  test.each([
    '../catalog.duckdb',
    'AP/../../x',
    '/etc/passwd',
    'C:\\x',
    '..\\x',
    '\\\\server\\share',
    '..',
    '',
  ])('refuses a path that leaves the artifact: %j', async (path) => {
    const folder = await temporaryFolder();
    const { manifest } = await finished(folder);
    const files = manifest.files.map((file) => ({ ...file, path }));
    await manifestWith(folder, (old) => ({ ...old, files }));
    await expect(openArtifact(folder, 'catalog', open)).rejects.toThrow('a manifest that cannot be read');
    await expect(finishArtifact(folder, content(files), {})).rejects.toThrow(/must stay inside the artifact/);
  });

  test('a name with dots in it is no way out', async () => {
    const folder = await temporaryFolder();
    await beginArtifact(folder);
    await writeFile(join(folder, 'a..b'), '');
    await finishArtifact(folder, content([await fileEntry(folder, 'a..b')]), {});
    await openArtifact(folder, 'catalog', { ...open, verify: true });
  });
});

describe('finishing', () => {
  test('fails, and writes no manifest, where a file that it names was never written', async () => {
    const folder = await temporaryFolder();
    await beginArtifact(folder);
    const missing = { path: 'x.arrow', kind: 'file', sha256: sha256(''), bytes: 0, rows: 0 } as const;
    await expect(finishArtifact(folder, content([missing]), {})).rejects.toThrow('ENOENT');
    expect(await readdir(folder)).not.toContain(MANIFEST_NAME);
  });

  test('fails where a count is no number: JSON would turn it into null', async () => {
    const folder = await temporaryFolder();
    await beginArtifact(folder);
    const bad = content([], { counts: { images: Number.NaN } });
    await expect(finishArtifact(folder, bad, {})).rejects.toThrow(/counts/);
  });

  test('beginning clears the debris of the run before', async () => {
    const folder = await temporaryFolder();
    await finished(folder);
    await beginArtifact(folder);
    expect(await readdir(folder)).toEqual([]);
  });
});
