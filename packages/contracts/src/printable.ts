/** The text as one line of visible characters: what a file or a file's name holds must not command the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}
