/**
 * An id without what spreadsheets and databases take away or add: blanks around it, zeros in front, decimals of a
 * whole number. `0015`, `15`, `15.0` and `15 ` have one form.
 */
export function idForm(id: string): string {
  const text = id.trim().normalize('NFC');
  const digits = /^0*(\d+?)(?:\.0+)?$/.exec(text)?.[1];
  return digits ?? text;
}

/** The form of an id where it is another text than the id; else null. */
export function otherForm(id: string | null): string | null {
  if (id === null) return null;
  const form = idForm(id);
  return form === id ? null : form;
}
