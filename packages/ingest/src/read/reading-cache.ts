import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  canonicalJson,
  decodeTable,
  encodePieces,
  SHARD,
  type Sha256,
  type Store,
  sha256,
  type TableRow,
  writeFileAtomic,
} from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';
import type { ShardFacts } from '@viewgap/shards';
import type { ListedFile } from '../files/tree/listed-file.ts';
import {
  type FreshReading,
  freshRow,
  type Place,
  placed,
  READINGS,
  type Reading,
  readingsOf,
  settledRow,
} from './decoded.ts';
import { lazily } from './lazily.ts';

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
  private readonly readings = new Map<string, Reading>();
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
    const reading = this.readings.get(file.path);
    if (reading === undefined) return undefined;
    const { size, mtimeMs, ends } = reading.file;
    return size === file.size && mtimeMs === file.mtimeMs && ends === file.ends ? reading : undefined;
  }

  /** Keeps a batch of readings with their encoded images (null for a rejected file), on disk when this returns. */
  async add(batch: readonly FreshReading[]): Promise<void> {
    const hash = await this.write(lazily(batch, freshRow), {});
    batch.forEach(({ reading, encoded }, row) => {
      this.readings.set(reading.file.path, encoded === null ? reading : placed(reading, 'part', hash, row));
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
    for (const [path, reading] of this.readings) {
      if (reading.outcome === 'usable' && reading.place.sha256 === hash) this.readings.delete(path);
    }
  }

  /** After a finished run: one index of all its readings, which point into its shards, in place of all else. */
  async settle(readings: Iterable<Reading>, shards: ReadonlyMap<Sha256, ShardFacts>): Promise<void> {
    const facts = { 'viewgap.shards': canonicalJson(Object.fromEntries(shards)) };
    const hash = await this.write(lazily(readings, settledRow), facts);
    for (const name of await readdir(this.folder)) {
      if (name !== `${hash}.arrow`) await rm(join(this.folder, name), { recursive: true, force: true });
    }
  }

  private async write(rows: Iterable<TableRow>, facts: Readonly<Record<string, string>>): Promise<Sha256> {
    const pieces = await encodePieces(READINGS, rows, { 'viewgap.key': this.key, ...facts });
    const hash = sha256(...pieces);
    await writeFileAtomic(this.path(hash), ...pieces);
    return hash;
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
    for (const reading of readingsOf(table, hash)) {
      const lost = reading.outcome === 'usable' && reading.place.holder === 'shard';
      if (lost && !this.shards.has(reading.place.sha256)) continue;
      this.readings.set(reading.file.path, reading);
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
