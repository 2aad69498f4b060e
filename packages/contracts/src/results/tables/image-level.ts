import { contrast, note, subject } from './shared-columns.ts';
import { tableShape } from './table.ts';

export const imageLevel = tableShape(
  'image_level',
  "DeLong's image-level errors, which take images of one patient for independent: for comparison only.",
  { ...subject, ...contrast, note },
);
