import { z } from 'zod';

/** A hospital whose films a `dicom-folder` or `png-folder` of phantoms imitates. Its table is the source's `mapping`. */
const hospital = z.strictObject({
  vendor: z.string().min(1).max(64).default('Phantom Imaging').describe('Manufacturer of its DICOM files'),
  modality: z.enum(['DX', 'CR']).default('DX'),
  bits: z.literal([8, 10, 12, 14, 16]).default(12).describe('bits stored of a pixel'),
  photometric: z
    .enum(['MONOCHROME1', 'MONOCHROME2'])
    .default('MONOCHROME2')
    .describe('MONOCHROME1: low is white'),
  viewIn: z
    .enum(['ViewPosition', 'ViewCodeSequence', 'SeriesDescription'])
    .default('ViewPosition')
    .describe('where its films say their view'),
  missingViews: z.number().min(0).max(1).default(0.1).describe('share of films that do not say their view'),
  suffix: z.enum(['.dcm', '']).default('.dcm').describe('of its file names'),
});

/** The synthetic data that stand in for a source: `phantom` of a source, and what `viewgap phantom` is told. */
export const phantomConfig = z
  .strictObject({
    images: z.int().min(1).max(1_000_000).describe('frontal films, beside the ambiguous and broken ones'),
    seed: z.int().nonnegative().default(0),
    firstPatient: z
      .int()
      .nonnegative()
      .default(0)
      .describe('number of its first patient: sets of one seed share films where these numbers meet'),
    size: z.int().min(64).max(2048).default(256).describe('longer edge of the films, pixels'),
    views: z
      .enum(['distinct', 'alike'])
      .default('distinct')
      .describe(
        'distinct: on AP films the heart is larger, and findings are more frequent; alike: AP and PA differ in blur and contrast alone',
      ),
    apBlur: z
      .number()
      .min(0)
      .max(64)
      .default(1)
      .describe('standard deviation of the blur of AP films, pixels'),
    apContrast: z
      .number()
      .positive()
      .max(2)
      .default(1)
      .describe('contrast of AP films over that of PA films'),
    broken: z
      .boolean()
      .default(true)
      .describe('with ambiguous and broken films and rows, as real sets have them'),
    hospital: hospital.prefault({}).describe('of dicom-folder: what its films are like'),
  })
  .meta({ id: 'phantom' });

export type PhantomConfig = z.infer<typeof phantomConfig>;
