const IMAGE_FILE = /\.(png|jpe?g|tiff?|bmp|gif|webp)$/i;
const DICOM_FILE = /\.(dcm|dicom)$/i;

/** Whether a path looks like an image; hidden files (macOS writes `._name.png`) are none. */
export function isImageFile(path: string): boolean {
  return IMAGE_FILE.test(path) && !isHidden(path);
}

/** Whether a path looks like an image or a DICOM file. */
export function isImageOrDicom(path: string): boolean {
  return (IMAGE_FILE.test(path) || DICOM_FILE.test(path)) && !isHidden(path);
}

/** Whether no part of a path starts with a dot. */
export function isVisible(path: string): boolean {
  return !/(^|\/)\./.test(path);
}

/** Whether a label table's text is an image's bare file name: no folder, no way upwards, no control character. */
export function isPlainFileName(name: string): boolean {
  return /^[\w-][\w .()+-]*$/.test(name) && IMAGE_FILE.test(name) && name.length <= 200;
}

/** Whether a label table's text may name an image: letters, digits and `_ . -`, no folder, no way upwards. */
export function isPlainId(id: string): boolean {
  return /^[\w-][\w.-]*$/.test(id) && id.length <= 200;
}

/** Whether a label table's text is a path that stays below the root: forward slashes, no way upwards, no control character. */
export function isInnerPath(path: string): boolean {
  return (
    path.length <= 500 &&
    path.split('/').every((part) => /^[^\p{C}\\/:]+$/u.test(part) && !/^\.+$/.test(part))
  );
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** File name without its folder and its suffix. */
export function stem(path: string): string {
  return baseName(path).replace(/\.[^.]*$/, '');
}

function isHidden(path: string): boolean {
  return baseName(path).startsWith('.');
}
