/** The sex as DICOM and most tables write it, in any case; any other text says nothing. */
export function sexOf(text: string | null): 'F' | 'M' | null {
  switch (text?.trim().toUpperCase()) {
    case 'F':
    case 'FEMALE':
      return 'F';
    case 'M':
    case 'MALE':
      return 'M';
    default:
      return null;
  }
}
