import { createHash } from 'node:crypto';
import type { IngestConfig, QuarantineReason, Sha256 } from '@viewgap/contracts';
import sharp from 'sharp';

/** A file above this many bytes, or an image above this many pixels, is not decoded. */
export const MAX_FILE_BYTES = 2 ** 28;
export const MAX_PIXELS = 2 ** 26;

/** An image that can be used. */
export interface Radiograph {
  /** pixels of the original */
  readonly width: number;
  readonly height: number;
  /** SHA-256 of width and height (32 bits each, little endian) and the original's 8-bit grey pixels, row by row */
  readonly pixelSha256: Sha256;
  /** PNG, 8-bit grey, `size` square */
  readonly png: Uint8Array;
}

export interface Rejection {
  readonly reason: QuarantineReason;
  readonly detail: string;
}

/**
 * Decodes an image file to 8-bit grey and resizes it once, antialiased (Lanczos 3), to a square.
 * `stretch` fills the square whatever the film's shape; `letterbox` keeps the shape on black.
 * Alpha is dropped, 16-bit grey scaled to 8, colour profiles ignored, equal channels taken as they are.
 */
export async function readRadiograph(
  bytes: Uint8Array,
  settings: IngestConfig,
): Promise<Radiograph | Rejection> {
  let grey: Grey | Rejection;
  try {
    grey = await decodeGrey(bytes);
  } catch (error) {
    return { reason: 'unreadable', detail: firstLine(error) };
  }
  if ('reason' in grey) return grey;
  const { width, height, pixels } = grey;
  if (pixels.every((value) => value === pixels[0])) {
    return { reason: 'constant', detail: `every pixel is ${pixels[0]}` };
  }
  const size = new Uint8Array(new Uint32Array([width, height]).buffer);
  return {
    width,
    height,
    pixelSha256: createHash('sha256').update(size).update(pixels).digest('hex'),
    png: await squarePng(grey, settings),
  };
}

interface Grey {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

async function decodeGrey(bytes: Uint8Array): Promise<Grey | Rejection> {
  const { format, width, height, channels, hasAlpha } = await sharp(bytes, {
    limitInputPixels: false,
  }).metadata();
  if (width * height > MAX_PIXELS) return { reason: 'over-size', detail: `${width} x ${height} pixels` };
  // libpng hands out all rows before it looks for the end of the file.
  if (format === 'png' && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf('IEND') < 0) {
    return { reason: 'unreadable', detail: 'the file ends before the image does' };
  }
  const image = sharp(bytes, {
    limitInputPixels: MAX_PIXELS,
    failOn: 'error',
    ignoreIcc: true,
  }).removeAlpha();
  const isColour = channels - (hasAlpha ? 1 : 0) === 3;
  if (isColour) {
    const colour = await image.clone().toColourspace('srgb').raw().toBuffer();
    const pixels = equalChannel(colour);
    if (pixels !== null) return { width, height, pixels };
  }
  return { width, height, pixels: await image.toColourspace('b-w').raw().toBuffer() };
}

/** One channel of interleaved RGB where all three are equal everywhere, else null. */
function equalChannel(rgb: Uint8Array): Uint8Array | null {
  const pixels = new Uint8Array(rgb.length / 3);
  for (let i = 0, at = 0; i < pixels.length; i++, at += 3) {
    if (rgb[at] !== rgb[at + 1] || rgb[at] !== rgb[at + 2]) return null;
    pixels[i] = rgb[at] as number;
  }
  return pixels;
}

async function squarePng({ width, height, pixels }: Grey, { size, geometry }: IngestConfig) {
  return sharp(pixels, { raw: { width, height, channels: 1 } })
    .resize(size, size, { fit: geometry === 'stretch' ? 'fill' : 'contain', background: '#000' })
    .toColourspace('b-w')
    .png({ compressionLevel: 6, palette: false })
    .toBuffer();
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').replace(/:\s*$/, '').slice(0, 120);
}
