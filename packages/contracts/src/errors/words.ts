/** `image` where there is one, else `images`: of nouns that take an s. */
export function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

/** `1 image`, `154 images` */
export function counted(count: number, noun: string): string {
  return `${count} ${plural(count, noun)}`;
}

/** `40 s`, `12 min`, `2 h 10 min`, `3 d 4 h` */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  if (minutes < 2_880) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
