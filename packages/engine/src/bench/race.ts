import { ENGINE_PREFERENCES, type EnginePreference, type EngineReport } from '../install/engine-report.ts';
import type { PrepareOptions } from '../install/prepare.ts';
import { ContestantProcess, Dropout } from './contestant-process.ts';
import type { BenchCase } from './contestants/bench-case.ts';
import {
  CONTESTANTS,
  type ContestantName,
  FIRST_STEPS,
  type Job,
  type Ready,
  type Turn,
} from './contestants/contestant.ts';
import { type BenchRow, type CaseResult, ratiosOf, rowOf } from './result.ts';

export interface RaceSettings {
  /** How long each contestant's timed steps go on in each round. */
  readonly seconds: number;
  /** How often all contestants take their turns. */
  readonly rounds: number;
  /** A Python that has torch; null: no contestants of PyTorch. */
  readonly python: string | null;
  /** Whether models compiled by torch compete too: that takes minutes to start. */
  readonly compile: boolean;
  /** Contestants that stay out: all that compete hold their memory at once. */
  readonly without?: readonly ContestantName[];
  /** Whether to print where a captured step spends its time. */
  readonly profile: boolean;
}

export interface RaceOptions extends RaceSettings, Pick<PrepareOptions, 'cacheDir' | 'log'> {
  readonly report: EngineReport;
  readonly threads: number;
}

/** Profiled steps, of which the mean is taken. */
const PROFILED = 5;

/** Times all contestants on one case, in turns. */
export async function race(one: BenchCase, options: RaceOptions): Promise<CaseResult> {
  const running = new Race(one, options);
  try {
    await running.start();
    for (let round = 1; round <= options.rounds; round += 1) await running.round(round);
    return await running.finish();
  } finally {
    await running.end();
  }
}

type Entrant = (typeof CONTESTANTS)[number];

interface Racer {
  readonly entrant: Entrant;
  readonly process: ContestantProcess;
  readonly ready: Ready;
  readonly turns: Turn[];
}

class Race {
  readonly #case: BenchCase;
  readonly #options: RaceOptions;
  readonly #racers = new Map<ContestantName, Racer>();
  readonly #skipped = new Map<ContestantName, string>();

  constructor(one: BenchCase, options: RaceOptions) {
    this.#case = one;
    this.#options = options;
  }

  /** One after the other, so that each has the whole machine. */
  async start(): Promise<void> {
    for (const entrant of CONTESTANTS) {
      const bar = barTo(entrant, this.#options);
      if (bar !== null) this.#skipped.set(entrant.name, bar);
      else await this.#unlessDropped(entrant.name, () => this.#enter(entrant));
    }
  }

  async round(round: number): Promise<void> {
    const { rounds, seconds } = this.#options;
    this.#log(`round ${round} of ${rounds}`);
    await this.#each(async ({ process, turns }) => turns.push(await process.turn(seconds)));
  }

  async finish(): Promise<CaseResult> {
    const rows = await this.#each((racer) => this.#rowOf(racer));
    const skipped = [...this.#skipped].map(([contestant, why]) => ({ contestant, why }));
    return { ...this.#case, rows, ratios: ratiosOf(rows), skipped };
  }

  async end(): Promise<void> {
    await Promise.all([...this.#racers.values()].map(({ process }) => process.end()));
  }

  async #enter(entrant: Entrant): Promise<void> {
    const { python, report, threads, cacheDir } = this.#options;
    const { name, title, precision } = entrant;
    this.#log(`starting ${title}, ${precision}`);
    const device = report.engine === 'native-cuda' ? 'cuda' : 'cpu';
    const prefer = preferenceOf(report);
    const run = { contestant: name, device, threads, cacheDir, prefer, firstSteps: FIRST_STEPS } as const;
    const job: Job = { ...this.#case, ...run };
    const started = await ContestantProcess.start(entrant, job, python ?? '');
    this.#racers.set(name, { entrant, ...started, turns: [] });
  }

  async #rowOf({ entrant, process, ready, turns }: Racer): Promise<BenchRow> {
    const row = rowOf(entrant, this.#case, ready, turns);
    if (!this.#options.profile || !entrant.name.startsWith('captured')) return row;
    return { ...row, ops: await process.profile(PROFILED) };
  }

  async #each<T>(work: (racer: Racer) => Promise<T>): Promise<T[]> {
    const done: T[] = [];
    for (const [name, racer] of this.#racers) {
      await this.#unlessDropped(name, async () => done.push(await work(racer)));
    }
    return done;
  }

  /** A contestant that drops out leaves the race; the others go on. */
  async #unlessDropped(name: ContestantName, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Dropout)) throw error;
      this.#racers.delete(name);
      this.#skipped.set(name, error.message);
    }
  }

  #log(what: string): void {
    const { model, size, batch, inference } = this.#case;
    const kind = inference ? 'inference' : 'training';
    this.#options.log(`${model}, ${size} px, batch ${batch}, ${kind}: ${what}`);
  }
}

/** Why a contestant cannot take part; null where it can. */
function barTo(
  { name, library }: Entrant,
  { python, compile, report, without = [] }: RaceOptions,
): string | null {
  if (without.includes(name)) return 'left out, as was asked for';
  if (library === 'torch' && python === null) return 'no Python with torch was named';
  if (name.startsWith('torch-compile') && !compile) return 'compiling was not asked for';
  if (library === 'torch' || report.engine.startsWith('native')) return null;
  const native = report.steps.find(({ candidate }) => candidate === 'native-cpu');
  return `the native engine was passed by: ${native?.why}`;
}

/** The engine that was found, asked for by name: contestants need not look for it again. */
function preferenceOf({ engine }: EngineReport): EnginePreference {
  const preferences = Object.keys(ENGINE_PREFERENCES) as EnginePreference[];
  return preferences.find((name) => ENGINE_PREFERENCES[name] === engine) as EnginePreference;
}
