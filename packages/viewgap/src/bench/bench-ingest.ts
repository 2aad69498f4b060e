import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ConfigError } from '@viewgap/contracts';
import type { ReadingTime } from '@viewgap/ingest';
import { largest, smallest } from '@viewgap/stats';
import type { Context } from '../terminal/context.ts';

const PEERS = fileURLToPath(new URL('../../../../bench/ingest_peers.py', import.meta.url));
const IMAGE_LIBRARIES = ['pillow', 'opencv', 'pyvips'];

/** The results of one contestant's rounds. */
interface IngestRow {
  readonly contestant: string;
  /** median of the rounds */
  readonly imagesPerSecond: number;
  readonly rounds: readonly number[];
  /** bytes of a shard's image */
  readonly bytesPerImage: number;
  readonly failed: number;
}

export interface IngestBench {
  readonly folder: string;
  readonly processes: number;
  readonly rows: readonly IngestRow[];
  /** ours over the fastest of the others; null without others */
  readonly ratio: number | null;
}

/**
 * Times how fast the files of a folder become shards at 224 px: here, and with a Python that has the libraries by each
 * of them, with as many processes as there are cores. They take turns.
 */
export async function benchIngest(
  options: {
    readonly images: string;
    readonly python: string | null;
    readonly encoding: 'png' | 'raw';
    readonly rounds: number;
    readonly repeat: number;
  },
  context: Context,
): Promise<IngestBench> {
  const folder = resolve(context.cwd, options.images);
  const processes = availableParallelism();
  const { benchReading, isDicomFolder } = await import('@viewgap/ingest');
  const libraries = (await isDicomFolder(folder)) ? ['pydicom'] : IMAGE_LIBRARIES;
  const contestants = ['viewgap', ...(options.python === null ? [] : libraries)];
  const times = new Map<string, ReadingTime[]>(contestants.map((name) => [name, []]));
  for (let round = 0; round < options.rounds; round++) {
    for (const name of contestants) {
      const time = name === 'viewgap' ? await ours(benchReading) : await peer(options.python as string, name);
      times.get(name)?.push(time);
      context.progress.log(
        `round ${round + 1} of ${options.rounds}: ${name} ${rate(time).toFixed(1)} images/s`,
      );
    }
  }
  const rows = [...times].map(([contestant, all]) => rowOf(contestant, all));
  const [first, ...others] = rows.map(({ imagesPerSecond }) => imagesPerSecond);
  const ratio = others.length === 0 || first === undefined ? null : first / largest(others);
  return { folder, processes, rows, ratio };

  async function ours(bench: typeof benchReading): Promise<ReadingTime> {
    const store = await mkdtemp(join(tmpdir(), 'viewgap-bench-'));
    try {
      const settings = { size: 224, geometry: 'stretch', encoding: options.encoding, minEdge: 64 } as const;
      return await bench(folder, { settings, repeat: options.repeat, workers: processes, store });
    } finally {
      await rm(store, { recursive: true, force: true });
    }
  }

  async function peer(python: string, library: string): Promise<ReadingTime> {
    const args = [PEERS, library, folder, `${options.repeat}`, `${processes}`];
    try {
      const { stdout } = await promisify(execFile)(python, args, { cwd: context.cwd, env: context.env });
      return JSON.parse(stdout) as ReadingTime;
    } catch (cause) {
      const last =
        String((cause as { stderr?: string }).stderr ?? '')
          .trim()
          .split('\n')
          .at(-1) ?? '';
      const needed = 'needs pyarrow, pillow, opencv-python-headless, pyvips[binary], pydicom, pylibjpeg[all]';
      throw new ConfigError(`this Python cannot time ${library}`, python, last || needed, { cause });
    }
  }
}

function rate({ images, seconds }: ReadingTime): number {
  return images / seconds;
}

function rowOf(contestant: string, times: readonly ReadingTime[]): IngestRow {
  const rounds = times.map(rate);
  const sorted = rounds.toSorted((a, b) => a - b);
  const [first] = times as [ReadingTime];
  return {
    contestant,
    imagesPerSecond: sorted[Math.floor(sorted.length / 2)] as number,
    rounds,
    bytesPerImage: first.bytes / first.images,
    failed: first.failed,
  };
}

/** For a person to read. */
export function ingestTable({ folder, processes, rows, ratio }: IngestBench): string {
  const lines = rows.map(({ contestant, imagesPerSecond, rounds, bytesPerImage, failed }) =>
    [
      `  ${contestant.padEnd(8)}`,
      `${imagesPerSecond.toFixed(1).padStart(8)} images/s`,
      `(${smallest(rounds).toFixed(1)}-${largest(rounds).toFixed(1)})`,
      `${(bytesPerImage / 1000).toFixed(1)} kB an image`,
      ...(failed === 0 ? [] : [`${failed} not read`]),
    ].join('  '),
  );
  const last = ratio === null ? [] : [`  ${ratio.toFixed(2)} times the fastest of the others`];
  return [`${folder}, ${processes} processes each`, ...lines, ...last].join('\n');
}
