import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError where the text is no whole number from `least` */
export function wholeNumber(least: 0 | 1): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`give a whole number from ${least}`);
  };
}

/** @throws InvalidArgumentError where the text is no number */
export function anyNumber(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new InvalidArgumentError('give a number');
}

/** Adds `name=value` to those of the same flag. @throws InvalidArgumentError for anything else */
export function pair(text: string, all: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('write name=value');
  return { ...all, [text.slice(0, at)]: text.slice(at + 1) };
}
