/** Text as a terminal may have it: what a broken file holds must not command it. Tabs and line ends are kept. */
export function printable(text: string): string {
  return text.replace(/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}]/gu, '\uFFFD');
}

/** The same on one line. */
export function printableLine(text: string): string {
  return printable(text).replace(/[\t\n\u2028\u2029]/g, '\uFFFD');
}
