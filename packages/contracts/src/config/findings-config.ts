import { z } from 'zod';
import { DEFAULT_TITLES, type Finding } from '../study/finding.ts';
import { LAYOUT_LABELS, type LabelledLayout } from '../study/layout-labels.ts';

/** Codes name columns, tables and files. */
export const findingCode = z
  .string()
  .regex(/^[A-Z][A-Z0-9]{1,11}$/, 'must be 2 to 12 capitals or digits, a capital first');

type Labels = Partial<Record<LabelledLayout, readonly string[]>>;

const labels = Object.fromEntries(
  Object.entries(LAYOUT_LABELS).map(([layout, names]) => [
    layout,
    z
      .array(z.enum(names as readonly string[]))
      .min(1)
      .optional()
      .describe(
        layout === 'google2019'
          ? 'labels of this overlay: one that is present is enough'
          : 'labels of this layout: one that is present is enough; absent: the finding is not known there',
      ),
  ]),
);

const finding = z.strictObject({
  title: z.string().min(1).describe('its name in the report'),
  ...labels,
}) as z.ZodType<Labels & { readonly title: string }, Labels & { readonly title: string }>;

/** The labels of PadChest that mean each finding: a child of its tree implies its parent; a pseudonodule is no nodule. */
const PADCHEST = {
  CSN: ['consolidation'],
  PTX: ['hydropneumothorax', 'pneumothorax'],
  NDL: ['mass', 'multiple nodules', 'nodule', 'pulmonary mass'],
  FIB: ['pulmonary fibrosis'],
  PEF: [
    'empyema',
    'hydropneumothorax',
    'loculated fissural effusion',
    'loculated pleural effusion',
    'pleural effusion',
  ],
} as const;

/** The findings of the RSNA 2025 abstract. CheXpert's labeller has no fibrosis. */
export const DEFAULT_STUDY: Findings = {
  CSN: {
    title: DEFAULT_TITLES.CSN,
    'nih-chestxray14': ['Consolidation'],
    chexpert: ['Consolidation'],
    'mimic-cxr-jpg': ['Consolidation'],
    padchest: PADCHEST.CSN,
    'vindr-cxr': ['Consolidation'],
    'chestx-det': ['Consolidation'],
  },
  PTX: {
    title: DEFAULT_TITLES.PTX,
    'nih-chestxray14': ['Pneumothorax'],
    chexpert: ['Pneumothorax'],
    'mimic-cxr-jpg': ['Pneumothorax'],
    padchest: PADCHEST.PTX,
    'vindr-cxr': ['Pneumothorax'],
    'siim-pneumothorax': ['Pneumothorax'],
    'chestx-det': ['Pneumothorax'],
    google2019: ['Pneumothorax'],
  },
  NDL: {
    title: DEFAULT_TITLES.NDL,
    'nih-chestxray14': ['Mass', 'Nodule'],
    chexpert: ['Lung Lesion'],
    'mimic-cxr-jpg': ['Lung Lesion'],
    padchest: PADCHEST.NDL,
    'vindr-cxr': ['Nodule/Mass'],
    'chestx-det': ['Diffuse Nodule', 'Mass', 'Nodule'],
    google2019: ['Nodule or mass'],
  },
  FIB: {
    title: DEFAULT_TITLES.FIB,
    'nih-chestxray14': ['Fibrosis'],
    padchest: PADCHEST.FIB,
    'vindr-cxr': ['Pulmonary fibrosis'],
    'chestx-det': ['Fibrosis'],
  },
  PEF: {
    title: DEFAULT_TITLES.PEF,
    'nih-chestxray14': ['Effusion'],
    chexpert: ['Pleural Effusion'],
    'mimic-cxr-jpg': ['Pleural Effusion'],
    padchest: PADCHEST.PEF,
    'vindr-cxr': ['Pleural effusion'],
    'chestx-det': ['Effusion'],
  },
};

/** The section `findings`: what the study is of, in the order of all tables, by code. */
export const findingsConfig = z
  .record(findingCode, finding)
  .refine((findings) => Object.keys(findings).length > 0, 'must name at least one finding')
  .default(DEFAULT_STUDY)
  .describe(
    'what the study is of, in the order of all tables: by code a title, and the labels of each layout that mean it',
  );

/** The findings of a study: by code, in their order, a title and the labels of each layout that mean it. */
export type Findings = Readonly<Record<Finding, Labels & { readonly title: string }>>;

/** Their codes, in their order. */
export function codesOf(findings: Findings): Finding[] {
  return Object.keys(findings);
}

/** Whether a pipeline.json, or what is right of one, says what its findings are. */
export function hasFindings(pipeline: unknown): boolean {
  return Object.keys(at(pipeline, ['findings'])).length > 0;
}

/** A finding that is named anywhere must be one of the study. What else is wrong is left to its own checks. */
export function checkFindings(pipeline: unknown, context: z.core.$RefinementCtx): void {
  const known = Object.keys(at(pipeline, ['findings']));
  const check = (path: readonly PropertyKey[], code: unknown) => {
    if (typeof code !== 'string' || known.includes(code)) return;
    context.addIssue({
      code: 'custom',
      path: [...path],
      message: 'names no finding of `findings`',
      params: { value: code, known, isShort: true },
    });
  };
  const checkKeys = (path: readonly PropertyKey[]) => {
    for (const code of Object.keys(at(pipeline, path))) check([...path, code], code);
  };
  for (const source of Object.keys(at(pipeline, ['sources']))) {
    checkKeys(['sources', source, 'mapping', 'labels']);
    const overlays = ['sources', source, 'overlays'];
    for (const i of Object.keys(at(pipeline, overlays))) checkKeys([...overlays, i, 'labels']);
  }
  checkKeys(['train', 'common', 'positiveWeights']);
  const evaluated = ['evaluate', 'findings'];
  for (const [i, code] of Object.entries(at(pipeline, evaluated))) check([...evaluated, i], code);
}

/** The object, or list, at a path; an empty one where there is none. */
function at(value: unknown, path: readonly PropertyKey[]): Readonly<Record<PropertyKey, unknown>> {
  let node = value;
  for (const step of path) node = (node as Record<PropertyKey, unknown> | null | undefined)?.[step];
  return typeof node === 'object' && node !== null ? (node as Record<PropertyKey, unknown>) : {};
}
