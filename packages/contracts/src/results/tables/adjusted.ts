import { integer, orNull, text, word } from '../columns/column.ts';
import { contrast, note, subject } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const adjusted = tableShape(
  'adjusted',
  'A gap or a change of gap where AP and PA patients are comparable.',
  {
    ...subject,
    grouped_by: text('what is held equal: age, sex, source; `age x sex`: their combinations'),
    method: word(
      ['stratum', 'strata', 'weighting'],
      'stratum: within one; strata: mean over all; weighting: all images, weighted so that both views are alike',
    ),
    stratum: orNull(text('name of the stratum; null for strata and weighting')),
    n: integer('images with a known label', 'images'),
    ...contrast,
    note,
  },
);
