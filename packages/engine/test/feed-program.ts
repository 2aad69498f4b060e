// Uses one batch, holds the event loop while more arrive, then closes the workers or, called with `forget`, does not.
import { startLoaders } from '../src/feed/loaders.ts';
import type { Batch, Job } from './feed-module.ts';

const loaders = startLoaders<{ greeting: string }, Job, Batch>({
  module: new URL('./feed-module.ts', import.meta.url),
  setup: { greeting: 'hello' },
  workers: 1,
});
const jobs = [3, 4, 5].map((value) => ({ value }));
for await (const { batch } of loaders.feed(jobs)) {
  process.stdout.write(`${batch.squares[1]}\n`);
  const until = performance.now() + 300;
  while (performance.now() < until);
  break;
}
if (!process.argv.includes('forget')) await loaders.close();
process.stdout.write('done\n');
