import { ConfigError } from '@viewgap/contracts';
import type { CheckpointEvery } from '@viewgap/train';

/** Some minutes are lost at most, and a save of a large model takes seconds beside the training. */
export const CHECKPOINT_EVERY = '5m';

/** `5m`: minutes; `200`: steps. @throws ConfigError for anything else */
export function checkpointEvery(text: string): CheckpointEvery {
  const [, count, unit] = /^(\d{1,9}(?:\.\d+)?)(m?)$/.exec(text) ?? [];
  const every = { count: Number(count), unit: unit === 'm' ? ('minutes' as const) : ('steps' as const) };
  if (every.count > 0 && (every.unit === 'minutes' || Number.isInteger(every.count))) return every;
  throw new ConfigError('not a time or a number of steps', text, 'write 5m for minutes, 200 for steps');
}
