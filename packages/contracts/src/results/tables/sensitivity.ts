import { estimate, integer, text } from '../columns/column.ts';
import { contrast, note, subject } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const sensitivity = tableShape(
  'sensitivity',
  'The same contrast in other circumstances: another set of labels, fewer images.',
  {
    variant: text('the circumstances'),
    ...subject,
    images: integer('images with a known label of any finding', 'images'),
    ...contrast,
    main: estimate('the contrast as the main tables have it', 'AUROC'),
    note,
  },
);
