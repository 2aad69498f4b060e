import { estimate, interval } from '../columns/column.ts';
import { note, pValue, subject } from '../columns/shared-columns.ts';
import { tableShape } from '../columns/table.ts';

export const imageLevel = tableShape(
  'image_level',
  "DeLong's image-level errors, which take images of one patient for independent: for comparison only.",
  {
    ...subject,
    estimate: estimate('the AUROC, gap or change', 'AUROC'),
    se: estimate('standard error of independent images', 'AUROC'),
    ...interval('ci', 'confidence interval', 'AUROC'),
    p: pValue,
    note,
  },
);
