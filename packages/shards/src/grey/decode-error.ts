/** A file that cannot be decoded, in our own words: they quote nothing of the file, as a library's may. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}
