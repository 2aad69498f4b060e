import { ConfigError, mendable, StoppedError, UserError } from '@viewgap/contracts';
import { SourceError } from '../tables/rows/source-error.ts';

/** Errors as they were thrown, by what left in their place. */
const originals = new WeakMap<Error, unknown>();

/** The error as it was thrown, with what it quotes: for the source's owner, on a terminal alone. */
export function revealed(error: unknown): unknown {
  return error instanceof Error && originals.has(error) ? originals.get(error) : error;
}

/**
 * Runs work that reads a source. No error may quote what was read from a private one: a SourceError is thrown
 * concealed, an error of the system without its path, and any other without its words. Errors are concealed unless it is
 * known that they quote nothing, so that a new message, or a library's, cannot leak.
 */
export async function concealing<Result>(isPrivate: boolean, work: () => Promise<Result>): Promise<Result> {
  if (!isPrivate) return work();
  return work().catch((error: unknown) => {
    throw leaving(error, concealedError(error));
  });
}

/**
 * The same for work that writes what was read under pseudonyms: errors for the user name our own files, and stay; of
 * others, such as a value that does not fit its column, the words go.
 */
export async function concealingBugs<Result>(
  isPrivate: boolean,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!isPrivate) return work();
  return work().catch((error: unknown) => {
    throw mendable(error) instanceof UserError ? error : leaving(error, withheld(error));
  });
}

function leaving(original: unknown, concealed: Error): Error {
  if (concealed !== original) originals.set(concealed, original);
  return concealed;
}

const REVEAL = '`viewgap ingest … --explain --reveal` shows it';

function concealedError(error: unknown): Error {
  // What a signal or pipeline.json says was not read from the source.
  if (error instanceof StoppedError || error instanceof ConfigError) return error;
  if (error instanceof SourceError) return error.concealed;
  if (error instanceof UserError)
    return new UserError('the source cannot be read', 'the reason may quote it', REVEAL);
  const known = mendable(error);
  if (known instanceof UserError)
    return new UserError(known.what, 'a file of the source', `${known.cure}; ${REVEAL}`);
  return withheld(error);
}

/** A bug's stack tells where it is; its message may hold anything. */
function withheld(error: unknown): Error {
  const bug = new Error(`an error while a private source was read, whose words may quote it (${REVEAL})`);
  const frames =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line)) : [];
  bug.stack = [`${bug.name}: ${bug.message}`, ...frames].join('\n');
  return bug;
}
