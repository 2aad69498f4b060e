import { resolve } from 'node:path';
import { readSettings, type Settings, settingsSchema } from '@viewgap/contracts';
import type { Context } from '../terminal/context.ts';

/** What `--settings` names: a pipeline.json or some of its sections; without it the defaults of all that have some. */
export function readSettingsFile(file: string | undefined, { cwd }: Context): Promise<Settings> {
  return file === undefined ? settingsSchema.parseAsync({}) : readSettings(resolve(cwd, file));
}
