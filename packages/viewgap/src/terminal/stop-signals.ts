import type { StopSignal } from '@viewgap/contracts/errors';

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

/** Ctrl-C reaches a process from its terminal and once more from the program that started it (nx, npm). */
const SAME_MS = 1_000;

type Signalled = Pick<NodeJS.Process, 'on' | 'off' | 'kill' | 'pid'>;

/**
 * Runs work that can be stopped: the first SIGINT or SIGTERM aborts it, with the signal's name as the reason, so that it
 * can save where it is; one that comes a second later or more ends the process at once.
 * @param now milliseconds
 */
export async function stoppable<T>(
  work: (stop: AbortSignal) => Promise<T>,
  target: Signalled,
  now: () => number,
): Promise<T> {
  const controller = new AbortController();
  let first: number | null = null;
  const onSignal = (signal: StopSignal) => {
    first ??= now();
    if (!controller.signal.aborted) controller.abort(signal);
    else if (now() - first >= SAME_MS) {
      release();
      // As it would have ended without us: leaving while TensorFlow computes could hang in its destructors.
      target.kill(target.pid, signal);
    }
  };
  const release = () => {
    for (const signal of SIGNALS) target.off(signal, onSignal);
  };
  for (const signal of SIGNALS) target.on(signal, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    release();
  }
}
