/** What our own readers, zlib, libvips and dicom-parser say of data that end before they are whole. */
const ENDS_EARLY = [
  /\bends (before|in its)\b/,
  /\bfewer (pixels|rows) than\b/,
  /\b(unexpected end|premature end|past end|buffer overrun|buffer is empty)\b/i,
  // dicom-parser, of a file cut inside its first elements
  /'(position|maxP osition)'/,
];

/** Whether a reader's complaint is that the file was cut short: a copy or a download that did not finish. */
export function endsEarly(complaint: string): boolean {
  return ENDS_EARLY.some((pattern) => pattern.test(complaint));
}
