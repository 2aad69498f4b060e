import { z } from 'zod';

/** A path of a PNG of predict's: within its folder `shown`. */
const png = z.string().regex(/^shown\/[a-z0-9-]+\.png$/);

const shownEntry = z.strictObject({
  source: z.string(),
  view: z.string(),
  /** a finding that the image's label says is present, whose evidence is drawn */
  finding: z.string(),
  /** the model's score for it */
  logit: z.number(),
  film: png,
  /** Grad-CAM over the film */
  cam: png,
  /** null: the model has no decoder */
  reconstruction: png.nullable(),
});

const shownFile = z.strictObject({ schema: z.literal(1), images: z.array(shownEntry) });

/** An image that predict has drawn: an entry of shown.json, without its name. */
export type ShownEntry = z.infer<typeof shownEntry>;

export function shownJson(images: readonly ShownEntry[]): string {
  return `${JSON.stringify({ schema: 1, images }, null, 2)}\n`;
}

/** Parses shown.json. @throws Error where it is not what predict writes */
export function parseShown(text: string): readonly ShownEntry[] {
  return shownFile.parse(JSON.parse(text)).images;
}
