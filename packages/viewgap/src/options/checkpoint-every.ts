import type { CheckpointEvery } from '@viewgap/train';
import { InvalidArgumentError, Option } from 'commander';

/** At most a few minutes of work are lost, and saving a large model takes seconds while the training continues. */
const CHECKPOINT_EVERY: CheckpointEvery = { count: 5, unit: 'minutes' };

/** `--checkpoint`, for every command that trains. */
export function checkpointOption(): Option {
  return new Option('--checkpoint <every>', 'how often to save, in minutes (5m) or steps (200)')
    .env('VIEWGAP_CHECKPOINT')
    .default(CHECKPOINT_EVERY, '5m')
    .argParser(checkpointEvery);
}

/** `5m`: minutes; `200`: steps; an empty variable counts for none. @throws InvalidArgumentError for anything else */
export function checkpointEvery(text: string): CheckpointEvery {
  if (text === '') return CHECKPOINT_EVERY;
  const [, count, unit] = /^(\d{1,9}(?:\.\d+)?)(m?)$/.exec(text) ?? [];
  const every = { count: Number(count), unit: unit === 'm' ? ('minutes' as const) : ('steps' as const) };
  if (every.count > 0 && (every.unit === 'minutes' || Number.isInteger(every.count))) return every;
  throw new InvalidArgumentError('write 5m for minutes, 200 for steps');
}
