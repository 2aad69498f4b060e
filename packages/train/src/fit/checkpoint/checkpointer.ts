import type { NamedTensor } from '@viewgap/engine';
import type { CheckpointFolder } from './checkpoint-folder.ts';
import { type FitState, fromCheckpoint, toCheckpoint } from './fit-state.ts';

/** How often a training is saved. */
export interface CheckpointEvery {
  readonly count: number;
  readonly unit: 'steps' | 'minutes';
}

/** Saves a training now and then. It is written while the training goes on; only its values are copied before. */
export class Checkpointer {
  readonly #folder: CheckpointFolder;
  readonly #every: CheckpointEvery;
  readonly #clock: () => Date;
  #savedStep = 0;
  #savedAt: number;
  #writing: Promise<void> | null = null;
  #failed: { readonly error: unknown } | null = null;

  constructor(folder: CheckpointFolder, every: CheckpointEvery, clock: () => Date) {
    this.#folder = folder;
    this.#every = every;
    this.#clock = clock;
    this.#savedAt = clock().getTime();
  }

  /** The checkpoint to go on from, if any; `log` receives a line about those that cannot be used. */
  async resume(log: (line: string) => void): Promise<ReturnType<typeof fromCheckpoint> | null> {
    const { checkpoint, damaged, foreign } = await this.#folder.latest();
    for (const name of damaged) log(`checkpoint ${name} is damaged and is not used`);
    if (foreign.length > 0 && !checkpoint) {
      log(`checkpoints of other data, settings or code are not used: ${foreign.join(', ')}`);
    }
    if (!checkpoint) return null;
    this.#savedStep = checkpoint.step;
    return fromCheckpoint(checkpoint);
  }

  /** Whether the training is to be saved at this step. @throws the error of the last save */
  isDue(step: number): boolean {
    if (this.#failed) throw this.#failed.error;
    if (this.#writing) return false;
    const { unit, count } = this.#every;
    if (unit === 'steps') return step - this.#savedStep >= count;
    return this.#clock().getTime() - this.#savedAt >= count * 60_000;
  }

  /** Begins to save, when what is being written is on the disk. The tensors must not change any more. */
  async save(state: FitState, tensors: ReadonlyMap<string, NamedTensor>): Promise<void> {
    const checkpoint = toCheckpoint(state, tensors);
    await this.settle();
    this.#savedAt = this.#clock().getTime();
    this.#writing = this.#folder
      .save(checkpoint)
      .then(
        () => {
          this.#savedStep = checkpoint.step;
        },
        (error: unknown) => {
          this.#failed = { error };
        },
      )
      .finally(() => {
        this.#writing = null;
      });
  }

  /** Waits until what was begun is on the disk. @throws what went wrong with it */
  async settle(): Promise<void> {
    await this.#writing;
    if (this.#failed) throw this.#failed.error;
  }

  /** The last step that is saved, in words. */
  get kept(): string {
    return this.#savedStep === 0
      ? 'nothing was saved before'
      : `the checkpoint of step ${this.#savedStep} is kept`;
  }
}
