// A door of its own: what a command needs to say what is wrong, without Arrow, DuckDB and zod, which take half a second.
export { printable, printableLine } from './printable.ts';
export { type Progress, type ProgressTask, silentProgress } from './progress.ts';
export { mendable } from './system-error.ts';
export { ConfigError, nearestName, StoppedError, type StopSignal, UserError } from './user-error.ts';
export { counted, duration, plural } from './words.ts';
