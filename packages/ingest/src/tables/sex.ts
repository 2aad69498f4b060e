/** The sex as DICOM and most tables write it, in either case; any other text says nothing. */
export function sexOf(text: string | null): 'F' | 'M' | null {
  const letter = text?.trim().toUpperCase();
  return letter === 'F' || letter === 'M' ? letter : null;
}
