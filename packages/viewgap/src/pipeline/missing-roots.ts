import { type NamedPipeline, UserError } from '@viewgap/contracts';
import { resolveRoot } from '@viewgap/ingest';

/** A line for each source whose folder is not there, with the cure. Empty where all are. */
export async function missingRoots(
  { folder, config }: NamedPipeline,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const lines: string[] = [];
  for (const [name, { root, phantom }] of Object.entries(config.sources)) {
    // Its data are made by a stage before the first that reads them.
    if (phantom !== undefined) continue;
    try {
      await resolveRoot(root, folder, env);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      lines.push(`${name}: ${error.message}`);
    }
  }
  return lines;
}
