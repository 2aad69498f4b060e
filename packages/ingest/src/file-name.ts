const IMAGE_FILE = /\.(png|jpe?g|tiff?|bmp|gif|webp)$/i;

/** Whether a path looks like an image; hidden files (macOS writes `._name.png`) are none. */
export function isImageFile(path: string): boolean {
  return IMAGE_FILE.test(path) && !path.slice(path.lastIndexOf('/') + 1).startsWith('.');
}

/** Whether a label table's text is an image's bare file name: no folder, no way upwards, no control character. */
export function isPlainFileName(name: string): boolean {
  return /^[\w-][\w .()+-]*$/.test(name) && IMAGE_FILE.test(name) && name.length <= 200;
}
