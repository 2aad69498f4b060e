import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  type Contestant,
  type Job,
  LEAST_STEPS,
  type Ready,
  type Reply,
  type Request,
  type Turn,
  WARM_UP,
} from './contestants/contestant.ts';
import type { OpTime } from './contestants/op-times.ts';

const TFJS = fileURLToPath(new URL('./contestants/boot.mjs', import.meta.url));
const TORCH = fileURLToPath(new URL('./contestants/torch_contestant.py', import.meta.url));

/** For a process that is told to end while it takes a step. */
const GRACE_MS = 5_000;

/** A contestant cannot go on, or not start: the others can. */
export class Dropout extends Error {
  override readonly name = 'Dropout';
}

export interface Started {
  readonly process: ContestantProcess;
  readonly ready: Ready;
}

/** A contestant's process, which waits between its turns. */
export class ContestantProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #ended: Promise<unknown>;
  readonly #lines: AsyncIterator<string>;
  #lastWords = '';

  private constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#lastWords = `${this.#lastWords}${chunk}`.slice(-2000);
    });
    // Not 'exit', since what it said last may still be on the way.
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.on('error', (error) => {
      this.#lastWords = error.message;
    });
    // That it has ended is seen where its next line is awaited.
    this.#child.stdin.on('error', () => {});
  }

  /**
   * Starts a contestant and waits until it has taken its first steps.
   * @param python a Python that has torch, for the contestants of that library
   * @throws Dropout
   */
  static async start({ library }: Contestant, job: Job, python: string): Promise<Started> {
    const [program, script] = library === 'torch' ? [python, TORCH] : [process.execPath, TFJS];
    const started = new ContestantProcess(program, [script, JSON.stringify(job)], environment(job));
    return { process: started, ready: await started.#next<Ready>() };
  }

  /** Untimed steps, then timed ones for this many seconds. @throws Dropout */
  turn(seconds: number): Promise<Turn> {
    return this.#ask<Turn>({ warmUp: WARM_UP, timed: { seconds, steps: LEAST_STEPS } });
  }

  /** Mean times of its ops; none where it does not run as a graph. @throws Dropout */
  async profile(steps: number): Promise<readonly OpTime[]> {
    return (await this.#ask<{ ops: readonly OpTime[] }>({ profile: steps })).ops;
  }

  /** Ends the process: by itself where it waits for its turn, else by force. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    await Promise.race([this.#ended, sleep(GRACE_MS, undefined, { ref: false })]);
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #ask<T extends Reply>(request: Request): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.#next<T>();
  }

  async #next<T extends Reply>(): Promise<T> {
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done) throw new Dropout(await this.#ending());
      // Libraries print what they like.
      if (!value.startsWith('{')) continue;
      const reply = JSON.parse(value) as Reply;
      if ('error' in reply) {
        await this.end();
        throw new Dropout(reply.error);
      }
      return reply as T;
    }
  }

  async #ending(): Promise<string> {
    await this.#ended;
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined) return `its program does not start: ${this.#lastWords}`;
    const lines = this.#lastWords.trim().split('\n');
    const why = lines.findLast((line) => /Error\b/.test(line)) ?? lines.at(-1) ?? '';
    return `its process ended with ${signalCode ?? exitCode}${why === '' ? '' : `: ${why}`}`;
  }
}

/** The same threads for all. TensorFlow reads the first, libraries of PyTorch the second before torch is imported. */
function environment({ threads }: Job): NodeJS.ProcessEnv {
  return { ...process.env, TF_NUM_INTRAOP_THREADS: `${threads}`, OMP_NUM_THREADS: `${threads}` };
}
