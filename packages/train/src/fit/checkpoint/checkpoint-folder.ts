import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { replaceFileAtomic, type Sha256 } from '@viewgap/artifacts';
import { decodeSafetensors, type NamedTensor, safetensorsPieces } from '@viewgap/engine';

/** A training at one step. */
export interface Checkpoint {
  readonly step: number;
  /** everything but the tensors, as JSON */
  readonly state: string;
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}

/** The checkpoint to go on from, and the files that cannot be used. */
export interface Found {
  readonly checkpoint: Checkpoint | null;
  /** torn or changed */
  readonly damaged: readonly string[];
  /** of other data, settings or code */
  readonly foreign: readonly string[];
}

const KEPT = 2;
const NAME = /^step-(\d+)\.safetensors$/;

/**
 * The checkpoints of one unit of work: safetensors files, each written by rename and synced, the last two of them kept.
 * Only those with this key are read, and only where they are whole.
 */
export class CheckpointFolder {
  readonly #own: string[] = [];

  /** @param key names what the checkpoints belong to: data, settings, code and engine */
  constructor(
    readonly folder: string,
    readonly key: Sha256,
  ) {}

  /** The last whole checkpoint of this key. */
  async latest(): Promise<Found> {
    const damaged: string[] = [];
    const foreign: string[] = [];
    for (const name of await this.#names()) {
      const checkpoint = await this.#read(name);
      if (checkpoint === 'damaged') damaged.push(name);
      else if (checkpoint === 'foreign') foreign.push(name);
      else {
        this.#own.push(name);
        return { checkpoint, damaged, foreign };
      }
    }
    return { checkpoint: null, damaged, foreign };
  }

  /** Adds a checkpoint, then removes all but the last two of this training. What it is given must not change meanwhile. */
  async save(checkpoint: Checkpoint): Promise<void> {
    const { step, state, tensors } = checkpoint;
    const sha256 = await contentHash(this.key, checkpoint);
    const pieces = safetensorsPieces(tensors, { key: this.key, sha256, state });
    const name = `step-${String(step).padStart(8, '0')}.safetensors`;
    await replaceFileAtomic(join(this.folder, name), async (file) => {
      for (const piece of pieces) await file.writeFile(piece);
    });
    if (this.#own.at(-1) !== name) this.#own.push(name);
    const kept = this.#own.slice(-KEPT);
    for (const other of await readdir(this.folder)) {
      if (!kept.includes(other)) await rm(join(this.folder, other), { recursive: true, force: true });
    }
  }

  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Names of the files, the last step first. */
  async #names(): Promise<string[]> {
    let names: string[];
    try {
      names = await readdir(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    return names
      .filter((name) => NAME.test(name))
      .sort()
      .reverse();
  }

  async #read(name: string): Promise<Checkpoint | 'damaged' | 'foreign'> {
    const bytes = await readFile(join(this.folder, name));
    try {
      const { tensors, metadata } = decodeSafetensors(bytes);
      const { key = '', sha256, state = '' } = metadata;
      const checkpoint = { step: Number(NAME.exec(name)?.[1]), state, tensors };
      if (sha256 !== (await contentHash(key, checkpoint))) return 'damaged';
      return key === this.key ? checkpoint : 'foreign';
    } catch (error) {
      // The engine's error for a file that is not a whole safetensors file.
      if (error instanceof Error && error.name === 'EngineError') return 'damaged';
      throw error;
    }
  }
}

/** Hash of a whole checkpoint. It yields between pieces, so that training continues meanwhile. */
async function contentHash(key: string, { step, state, tensors }: Checkpoint): Promise<Sha256> {
  const hash = createHash('sha256').update(JSON.stringify([key, step, state]));
  for (const name of [...tensors.keys()].sort()) {
    const { shape, data } = tensors.get(name) as NamedTensor;
    hash.update(JSON.stringify([name, shape]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    await setImmediate();
  }
  return hash.digest('hex');
}
