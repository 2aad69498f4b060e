import { z } from 'zod';

/** One line of train's history.jsonl: an epoch. Losses are means over the epoch's images. */
export const historyLine = z.strictObject({
  epoch: z.int().positive(),
  step: z.int().positive(),
  train: z.strictObject({ classification: z.number(), reconstruction: z.number().nullable() }),
  val: z.strictObject({
    classification: z.number(),
    reconstruction: z.number().nullable(),
    /** mean over the findings that have both classes; null where none has */
    auroc: z.strictObject({
      all: z.number().nullable(),
      AP: z.number().nullable(),
      PA: z.number().nullable(),
    }),
  }),
  /** the epoch whose weights are kept, so far */
  best: z.boolean(),
});

export type HistoryLine = z.infer<typeof historyLine>;
