import { ConfigError } from '@viewgap/contracts';
import type { CheckpointEvery } from '@viewgap/train';
import { Option } from 'commander';

/** Some minutes are lost at most, and a save of a large model takes seconds beside the training. */
const CHECKPOINT_EVERY = '5m';

/** `--checkpoint`, for every command that trains: its text is for checkpointEvery. */
export function checkpointOption(env: NodeJS.ProcessEnv): Option {
  return new Option(
    '--checkpoint <every>',
    'how often to save, in minutes (5m) or steps (200); also VIEWGAP_CHECKPOINT',
  ).default(env.VIEWGAP_CHECKPOINT || CHECKPOINT_EVERY);
}

/** `5m`: minutes; `200`: steps. @throws ConfigError for anything else */
export function checkpointEvery(text: string): CheckpointEvery {
  const [, count, unit] = /^(\d{1,9}(?:\.\d+)?)(m?)$/.exec(text) ?? [];
  const every = { count: Number(count), unit: unit === 'm' ? ('minutes' as const) : ('steps' as const) };
  if (every.count > 0 && (every.unit === 'minutes' || Number.isInteger(every.count))) return every;
  throw new ConfigError('not a time or a number of steps', text, 'write 5m for minutes, 200 for steps');
}
