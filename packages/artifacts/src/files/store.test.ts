import { readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scriptOutput, temporaryFolder } from '../../test/testing.ts';
import { sha256 } from './hash.ts';
import { Store } from './store.ts';

const SHARD = new Uint8Array(100_000).map((_, i) => i % 251);

describe('the store', () => {
  test('names a file by the SHA-256 of its bytes and gives it back', async () => {
    const store = new Store(await temporaryFolder());
    const hash = await store.put(SHARD);
    expect(hash).toBe(sha256(SHARD));
    expect(store.path(hash)).toBe(join(store.root, hash.slice(0, 2), `${hash.slice(2)}.arrow`));
    expect(await store.size(hash)).toBe(SHARD.byteLength);
    expect(await store.get(hash)).toEqual(Buffer.from(SHARD));
  });

  test('takes the bytes in pieces', async () => {
    const store = new Store(await temporaryFolder());
    const hash = await store.put(SHARD.subarray(0, 7), SHARD.subarray(7));
    expect(hash).toBe(sha256(SHARD));
    expect(await store.get(hash)).toEqual(Buffer.from(SHARD));
  });

  test('writes the same bytes once', async () => {
    const store = new Store(await temporaryFolder());
    const path = store.path(await store.put(SHARD));
    const before = await stat(path);
    await store.put(SHARD);
    const after = await stat(path);
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    expect(await readdir(dirname(path))).toHaveLength(1);
  });

  test('replaces a truncated file', async () => {
    const store = new Store(await temporaryFolder());
    const hash = await store.put(SHARD);
    await truncate(store.path(hash), 10);
    expect(await store.put(SHARD)).toBe(hash);
    expect(sha256(await store.get(hash))).toBe(hash);
  });

  test('says which shard is missing and what brings it back', async () => {
    const store = new Store(await temporaryFolder());
    const hash = sha256('never stored');
    expect(await store.size(hash)).toBeNull();
    await expect(store.get(hash)).rejects.toThrow(
      `a shard is missing from the store: ${store.path(hash)} (run ingest again with --skip-nx-cache)`,
    );
  });

  test('does not hide that its root is not a folder', async () => {
    const root = join(await temporaryFolder(), 'file');
    await writeFile(root, '');
    await expect(new Store(root).put(SHARD)).rejects.toThrow(/ENOTDIR|EEXIST/);
  });

  test('takes the same shards from two processes at once', async () => {
    const root = await temporaryFolder();
    const put = `
      import { Store } from './files/store.ts';
      const store = new Store(${JSON.stringify(root)});
      const shards = Array.from({ length: 40 }, (_, i) => new Uint8Array(200_000).fill(i));
      console.log(JSON.stringify(await Promise.all(shards.map((shard) => store.put(shard)))));`;
    const [one, two] = await Promise.all([scriptOutput(put), scriptOutput(put)]);
    const hashes = JSON.parse(one ?? '') as string[];
    expect(JSON.parse(two ?? '')).toEqual(hashes);
    const store = new Store(root);
    for (const hash of hashes) expect(sha256(await store.get(hash))).toBe(hash);
    const files = (await readdir(root, { recursive: true })).filter((name) => name.includes('.'));
    expect(files.length).toBe(hashes.length);
  });
});
