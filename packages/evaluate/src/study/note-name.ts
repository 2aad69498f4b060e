/** A name as a note may hold it: notes are remarks between semicolons, and are taken apart there. */
export function inNote(name: string): string {
  return name.replaceAll('; ', ', ');
}
