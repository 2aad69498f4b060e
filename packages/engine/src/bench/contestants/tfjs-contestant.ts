import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { capture } from '../../capture/capture.ts';
import type { Captured, Value } from '../../capture/record/step.ts';
import { captureEager } from '../../capture/run/eager-step.ts';
import { startEngine } from '../../install/start.ts';
import { EngineError } from '../../system/engine-error.ts';
import { tf } from '../../tf/tf.ts';
import type { Job, Reply, Request, Stretch, Turn } from './contestant.ts';
import { CLASSES, networkStep } from './network.ts';
import { meanOpTimes, type OpTime, opTimes } from './op-times.ts';

/** Builds a job's model, then takes steps as it is told, until there is nothing more to read. */
export async function contest(job: Job, requests: Readable, replies: Writable): Promise<void> {
  const say = (reply: Reply) => replies.write(`${JSON.stringify(reply)}\n`);
  try {
    const version = await start(job);
    const steps = await stepsOf(job);
    say({ version, weights: steps.weights, values: await firstValues(steps.run, job.firstSteps) });
    for await (const line of createInterface({ input: requests })) {
      const request = JSON.parse(line) as Request;
      if ('profile' in request) say({ ops: await profile(steps.profile, request.profile) });
      else say(await turn(steps.run, request));
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    say({ error: error.message });
  }
}

async function start({ cacheDir, prefer }: Job): Promise<string> {
  const log = (line: string) => console.error(line);
  const { identity } = await startEngine({ cacheDir, log, prefer });
  return `TensorFlow ${identity.tensorflow}, TensorFlow.js ${identity.tfjs}`;
}

interface Steps {
  readonly weights: number;
  readonly run: () => Promise<number>;
  /** Serialised RunMetadata of one step. */
  readonly profile: () => Promise<Uint8Array | null>;
}

async function stepsOf(job: Job): Promise<Steps> {
  const { size, batch } = job;
  const images = tf.randomUniform([batch, size, size, 1], 0, 1, 'float32', 1);
  const labels = tf.tidy(() =>
    tf.cast(tf.greater(tf.randomUniform([batch, CLASSES], 0, 1, 'float32', 2), 0.5), 'float32'),
  );
  if (job.contestant === 'stock') {
    const { stockStep } = await import('./stock-step.ts');
    return { ...stockStep(job, images, labels), profile: async () => null };
  }
  const { step, inputs, variables } = networkStep(job);
  const values = [images, labels]
    .slice(0, inputs.length)
    .map((tensor) => tensor.dataSync<'float32'>().slice());
  const trained = Object.values(variables).filter(({ trainable }) => trainable);
  const weights = trained.reduce((sum, { size }) => sum + size, 0);
  const captured = captureAs(job, step, { inputs, variables });
  // Its session has its own.
  if (captured.compiled) tf.dispose(variables);
  return {
    weights,
    run: async () => ((await captured.run(...values)) as Value).data[0] as number,
    profile: () => captured.profile(...values),
  };
}

function captureAs(
  { contestant }: Job,
  step: (...inputs: tf.Tensor[]) => tf.Tensor,
  options: Pick<ReturnType<typeof networkStep>, 'inputs' | 'variables'>,
): Captured<tf.Tensor> {
  if (contestant === 'eager') return captureEager(step, options);
  const precision = contestant === 'captured-bfloat16' ? 'bfloat16' : 'float32';
  const captured = capture(step, { ...options, precision });
  if (!captured.compiled)
    throw new EngineError('steps do not run as a graph', 'no addon for it', 'see viewgap doctor');
  return captured;
}

async function firstValues(run: () => Promise<number>, count: number): Promise<number[]> {
  const values: number[] = [];
  for (let i = 0; i < count; i += 1) values.push(await run());
  return values;
}

async function turn(
  run: () => Promise<number>,
  { warmUp, timed }: { readonly warmUp: Stretch; readonly timed: Stretch },
): Promise<Turn> {
  await stretch(run, warmUp);
  const ms = await stretch(run, timed);
  return { ms, peakBytes: process.resourceUsage().maxRSS * 1024 };
}

/** Milliseconds of each step. */
async function stretch(run: () => Promise<number>, { seconds, steps }: Stretch): Promise<number[]> {
  const ms: number[] = [];
  const begin = performance.now();
  let start = begin;
  while (ms.length < steps || start - begin < 1000 * seconds) {
    await run();
    const end = performance.now();
    ms.push(end - start);
    start = end;
  }
  return ms;
}

async function profile(run: Steps['profile'], steps: number): Promise<OpTime[]> {
  const profiles: OpTime[][] = [];
  for (let i = 0; i < steps; i += 1) {
    const metadata = await run();
    if (metadata) profiles.push(opTimes(metadata));
  }
  return meanOpTimes(profiles);
}
