/** The sex as DICOM and most tables write it; any other text says nothing. */
export function sexOf(text: string | null): 'F' | 'M' | null {
  return text === 'F' || text === 'M' ? text : null;
}
