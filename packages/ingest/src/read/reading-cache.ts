import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canonicalJson,
  decodeTable,
  encodePieces,
  moveFile,
  SHARD,
  type Sha256,
  type Store,
  sha256,
  sha256File,
  writeFileAtomic,
  writeRows,
} from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';
import type { ShardFacts } from '@viewgap/shards';
import type { ListedFile } from '../files/tree/listed-file.ts';
import {
  type FreshReading,
  freshRow,
  type Place,
  READINGS,
  type Reading,
  readingsOf,
  settledRow,
} from './decoded.ts';
import { lazily } from './lazily.ts';
import { ReadingColumns } from './reading-columns.ts';

type ArrowTable = ReturnType<typeof decodeTable>;

/** A part or a shard that is gone or damaged: what it held must be read again. */
export class LostHolder extends Error {
  constructor(readonly sha256: Sha256) {
    super(`pixels are gone or damaged that were kept as ${sha256}`);
  }
}

const TABLES_IN_MEMORY = 4;

/**
 * What earlier runs read of a source's files. Every file of the cache is a `readings` table named by the SHA-256 of
 * its bytes: parts with pixels, one for each batch of a run, and, after a run that finished, one index without
 * pixels, which points into the shards of the store. So pixels are kept once, a killed run loses the batch under
 * way at most, and a damaged file does not match its name and counts for nothing.
 */
export class ReadingCache {
  private readonly readings = new ReadingColumns();
  private readonly shards = new Map<Sha256, ShardFacts>();
  private readonly tables = new Map<Sha256, ArrowTable>();

  private constructor(
    private readonly folder: string,
    private readonly key: string,
    private readonly store: Store,
  ) {}

  /** @param key names the settings and the reader; readings made under another are ignored */
  static async open(folder: string, key: string, store: Store): Promise<ReadingCache> {
    const cache = new ReadingCache(folder, key, store);
    await mkdir(folder, { recursive: true });
    for (const name of (await readdir(folder)).sort()) {
      const hash = /^([0-9a-f]{64})\.arrow$/.exec(name)?.[1];
      if (hash !== undefined) await cache.load(hash);
    }
    return cache;
  }

  /** The reading of this file if it has not changed since. */
  find(file: ListedFile): Reading | undefined {
    return this.readings.find(file);
  }

  /** Keeps a batch of readings with their encoded images (null for a rejected file), on disk when this returns. */
  async add(batch: readonly FreshReading[]): Promise<void> {
    const pieces = await encodePieces(READINGS, lazily(batch, freshRow), { 'viewgap.key': this.key });
    const hash = sha256(...pieces);
    await writeFileAtomic(this.path(hash), ...pieces);
    batch.forEach((fresh, row) => {
      const { path } = fresh.reading.file;
      const place = fresh.encoded === null ? null : ({ holder: 'part', sha256: hash, row } as const);
      this.readings.add(path, freshRow(fresh), place);
    });
  }

  /** A shard that an earlier run wrote and that the store still has, by its hash. */
  shard(hash: Sha256): ShardFacts | undefined {
    return this.shards.get(hash);
  }

  /** @throws LostHolder */
  async image({ holder, sha256: hash, row }: Place): Promise<Uint8Array> {
    const image = (await this.table(holder, hash)).getChild('image')?.get(row) as
      | Uint8Array
      | null
      | undefined;
    if (!image) throw new LostHolder(hash);
    return image;
  }

  /** Forgets every reading whose pixels were in this part or shard, and removes the damaged file itself. */
  async forget(hash: Sha256): Promise<void> {
    await rm(this.shards.delete(hash) ? this.store.path(hash) : this.path(hash), { force: true });
    this.tables.delete(hash);
    this.readings.forget(hash);
  }

  /** Says where the pixels of a file's film are now: in a shard that has been written. */
  move(file: ListedFile, shard: Sha256, row: number): void {
    this.readings.move(file, { holder: 'shard', sha256: shard, row });
  }

  /** After a finished run: one index of all its readings, which point into its shards, in place of all else. */
  async settle(readings: Iterable<Reading>, shards: ReadonlyMap<Sha256, ShardFacts>): Promise<void> {
    const unnamed = join(this.folder, 'index.arrow');
    await writeRows(unnamed, READINGS, lazily(readings, settledRow), {
      'viewgap.key': this.key,
      'viewgap.shards': canonicalJson(Object.fromEntries(shards)),
    });
    const hash = await sha256File(unnamed);
    await moveFile(unnamed, this.path(hash));
    for (const name of await readdir(this.folder)) {
      if (name !== `${hash}.arrow`) await rm(join(this.folder, name), { recursive: true, force: true });
    }
  }

  private path(hash: Sha256): string {
    return join(this.folder, `${hash}.arrow`);
  }

  private async load(hash: Sha256): Promise<void> {
    const table = await this.readTable('part', hash).catch((error: unknown) => {
      // A UserError: another version of ours wrote the table.
      if (error instanceof LostHolder || error instanceof UserError) return null;
      throw error;
    });
    if (table === null || table.schema.metadata.get('viewgap.key') !== this.key) return;
    const shards = JSON.parse(table.schema.metadata.get('viewgap.shards') ?? '{}') as Record<
      Sha256,
      ShardFacts
    >;
    for (const [shard, facts] of Object.entries(shards)) {
      if ((await this.store.size(shard)) === facts.bytes) this.shards.set(shard, facts);
    }
    for (const { path, cells, place } of readingsOf(table, hash)) {
      const isLost = place?.holder === 'shard' && !this.shards.has(place.sha256);
      if (!isLost) this.readings.add(path, cells, place);
    }
  }

  private async table(holder: Place['holder'], hash: Sha256): Promise<ArrowTable> {
    const known = this.tables.get(hash);
    if (known) return known;
    const table = await this.readTable(holder, hash);
    const oldest = this.tables.keys().next().value;
    if (this.tables.size >= TABLES_IN_MEMORY && oldest !== undefined) this.tables.delete(oldest);
    this.tables.set(hash, table);
    return table;
  }

  private async readTable(holder: Place['holder'], hash: Sha256): Promise<ArrowTable> {
    const path = holder === 'part' ? this.path(hash) : this.store.path(hash);
    let bytes: Buffer;
    try {
      bytes = await readFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new LostHolder(hash);
      throw error;
    }
    if (sha256(bytes) !== hash) throw new LostHolder(hash);
    return decodeTable(holder === 'part' ? READINGS : SHARD, bytes, path);
  }
}
