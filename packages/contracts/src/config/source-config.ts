import { z } from 'zod';
import { FINDINGS } from '../study/finding.ts';
import { QUARANTINE_REASONS, type QuarantineReason } from '../study/quarantine-reason.ts';
import { VIEWS } from '../study/view.ts';
import { LAYOUT_NAMES, type LayoutName } from './layout-names.ts';
import { phantomConfig } from './phantom-config.ts';

const column = z.string().min(1);
const label = z.union([z.literal(1), z.literal(0), z.null()]);
const fraction = z.number().min(0).max(1);
const reasons = Object.keys(QUARANTINE_REASONS) as QuarantineReason[];

/** How the text of one or several columns becomes a label. Of several columns, one 1 is enough. */
export const labelMapping = z.strictObject({
  columns: z.array(column).min(1),
  values: z
    .record(z.string(), label)
    .describe('each text of these columns as 1, 0 or null (not known); another text is an error'),
});

const table = z
  .string()
  .min(1)
  .normalize('NFC')
  .describe(
    "table of the source, relative to its root: csv, tsv (also .gz), xlsx, parquet, or json's or jsonl's rows",
  );

/** How a table that pipeline.json explains is to be read. */
const tableText = {
  encoding: z
    .string()
    .min(1)
    .optional()
    .describe(
      'encoding of a text table that is neither UTF-8 nor marked as UTF-16: CP949, CP1252, Shift-JIS, GB18030, ...',
    ),
  sheet: z
    .union([z.string().min(1), z.int().min(1)])
    .optional()
    .describe('sheet of a workbook, by name or number; default: the first'),
  headerRow: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('line of the table that names the columns, where a title stands above it'),
};

const joinNormalise = z
  .array(z.enum(['leadingZeros', 'decimals', 'case']))
  .optional()
  .describe(
    "what tells a table's names of films from the films' own where they do not match: zeros in front that a spreadsheet took away, .0 that it added, upper and lower case",
  );

/** Which columns of a table hold what, and what their texts mean. */
export const tableMapping = z.strictObject({
  image: column.describe('column that names the image'),
  imageIs: z
    .enum(['path', 'name', 'stem'])
    .default('name')
    .describe(
      "what that column holds: the image's path relative to the root, its file name, or that without suffix",
    ),
  patient: column.optional(),
  study: column.optional(),
  view: column.optional(),
  views: z
    .record(z.string(), z.enum(VIEWS))
    .default({ AP: 'AP', PA: 'PA' })
    .describe('each text of the column `view`; an empty text is unknown'),
  age: column.optional().describe('column of the age in years, or as DICOM writes it'),
  sex: column.optional(),
  sexes: z.record(z.string(), z.enum(['F', 'M'])).default({ F: 'F', M: 'M' }),
  labels: z.partialRecord(z.enum(FINDINGS), labelMapping).default({}),
  noFinding: labelMapping.optional(),
  supportDevices: labelMapping.optional(),
});

const overlay = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lowercase letters, digits and hyphens')
    .describe('what the labels say of their origin, e.g. google2019'),
  table,
  ...tableText,
  image: column.describe("column of the image's name").optional(),
  labels: z
    .partialRecord(z.enum(FINDINGS), labelMapping)
    .optional()
    .describe(
      'the labels that it replaces; may be left out, like `image`, where the name is a known overlay',
    ),
});

const idMap = z
  .strictObject({
    table,
    ...tableText,
    image: column.describe("column of this source's image name"),
    sameAs: column
      .optional()
      .describe('column of the name that the same film has in NIH ChestX-ray14; brings its patient and view'),
    patient: column.optional().describe('column of the patient id that is to be used instead'),
  })
  .refine(
    ({ sameAs, patient }) => sameAs !== undefined || patient !== undefined,
    'needs `sameAs` or `patient`',
  );

/** What every source has, whatever its layout. */
const common = {
  role: z
    .enum(['train', 'external'])
    .default('train')
    .describe('train: split by patient into train, val and test; external: tested on only'),
  synthetic: z.boolean().default(false).describe('true: every page and table says SYNTHETIC'),
  split: z
    .enum(['official', 'hash'])
    .default('official')
    .describe(
      "official: the source's own split where it has one and it does not conflict; hash: by patient and seed",
    ),
  idMap: idMap.optional().describe('table that names each image’s film in another source'),
  overlays: z.array(overlay).default([]).describe('tables that replace some labels, the last one last'),
  maxRejected: z
    .partialRecord(z.enum([...reasons, 'any']), fraction)
    .default({})
    .describe(
      'largest share of the inputs that may be rejected for a reason (or for any but lateral) before ingest, or for overlap the catalog, fails',
    ),
};

const root = z
  .string()
  .min(1)
  .describe(
    'folder of the source, relative to this file, or $NAME for an environment variable that holds it',
  );

const policy = z
  .strictObject({
    blank: z
      .union([z.literal(0), z.null()])
      .default(0)
      .describe('what an empty label means'),
    uncertain: label.default(null).describe('what -1 means'),
  })
  .prefault({});

const namespace = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lowercase letters, digits and hyphens')
  .optional()
  .describe(
    "whose patients these are: sources of one namespace share patients and key; default: the source's name",
  );

const depth = z
  .int()
  .min(8)
  .max(16)
  .optional()
  .describe(
    'bits of the values in files of more than 8 bits a pixel; default: the fewest of 8, 10, 12, 14 and 16 that hold each film',
  );

/**
 * Settings of the layouts that have others than `depth`. A layout with `namespace` is private: ids get pseudonyms,
 * except where a source sets `public`.
 */
const OWN_SETTINGS = {
  chexpert: { depth, policy },
  'mimic-cxr-jpg': {
    depth,
    policy,
    labeller: z.enum(['chexpert', 'negbio']).default('chexpert').describe('which labeller’s labels are used'),
  },
  'vindr-cxr': {
    depth,
    readers: z
      .enum(['majority', 'any', 'all', 'unanimous'])
      .default('majority')
      .describe(
        'how the labels of several readers are combined; unanimous: where they differ, the label is not known',
      ),
  },
  'chestx-det': {
    depth,
    diffuseNodule: z.boolean().default(true).describe('whether Diffuse Nodule counts as nodule or mass'),
  },
  'png-folder': {
    depth,
    table,
    ...tableText,
    joinNormalise,
    mapping: tableMapping,
    title: z.string().min(1).default('images with a table').describe('the name that tables print'),
    labelSet: z.string().min(1).default('report').describe('how the labels were made: report, expert, ...'),
    public: z
      .boolean()
      .default(false)
      .describe('true: ids are published and may be shown; false: pseudonyms'),
    namespace,
  },
  'dicom-folder': {
    table,
    ...tableText,
    joinNormalise,
    joinBy: z
      .enum(['SOPInstanceUID', 'AccessionNumber', 'path'])
      .default('SOPInstanceUID')
      .describe("what of a film the mapping's column `image` holds; path: relative to the root"),
    mapping: tableMapping.omit({ imageIs: true }),
    namespace,
    bodyParts: z
      .array(z.string().min(1))
      .default([])
      .describe('texts of Body Part Examined that mean the chest here, beside those that say so'),
    modalities: z
      .array(z.string().min(1))
      .default([])
      .describe('texts of Modality that mean a radiograph here, beside CR, DX, DR and RG: such as OT'),
    title: z.string().min(1).default('a hospital').describe('the name that tables print'),
    labelSet: z.string().min(1).default('report').describe('how the labels were made: report, expert, ...'),
  },
} as const satisfies Partial<Record<LayoutName, z.core.$ZodShape>>;

type OwnSettings<Name extends LayoutName> = Name extends keyof typeof OWN_SETTINGS
  ? (typeof OWN_SETTINGS)[Name]
  : { readonly depth: typeof depth };

function ownSettings<Name extends LayoutName>(name: Name): OwnSettings<Name> {
  const own: Partial<Record<LayoutName, z.core.$ZodShape>> = OWN_SETTINGS;
  return (own[name] ?? { depth }) as OwnSettings<Name>;
}

const phantom = phantomConfig
  .optional()
  .describe('synthetic data in this layout, which are written to the root: the source is then SYNTHETIC');

/** The schema of a source in one layout. `extra`: what is there in pipeline.json and not in a manifest. */
function option<Name extends LayoutName, Extra extends z.core.$ZodShape>(name: Name, extra: Extra) {
  return z.strictObject({
    adapter: z.literal(name).describe('the layout in which the source lies on disk'),
    ...extra,
    ...common,
    ...ownSettings(name),
  });
}

type Option<Name extends LayoutName, Extra extends z.core.$ZodShape> = ReturnType<typeof option<Name, Extra>>;

function layouts<Extra extends z.core.$ZodShape>(extra: Extra) {
  type Options = { [Name in LayoutName]: Option<Name, Extra> }[LayoutName];
  const options = LAYOUT_NAMES.map((name) => option(name, extra));
  return z.discriminatedUnion('adapter', options as unknown as [Options, ...Options[]]);
}

/** One source of images: an entry of `sources`. */
export const sourceConfig = layouts({ root, phantom });

/** Names of the sources that are scored and never trained on: of a pipeline.json, or as a catalog lists them. */
export function externalSources(sources: Readonly<Record<string, { readonly role?: unknown }>>): string[] {
  return Object.keys(sources).filter((name) => sources[name]?.role === 'external');
}

/** Whether a source's images are published: a hospital's are not, and pixels of its films are shown only where so told. */
export function isPublished(source: SourceFacts): boolean {
  return !('namespace' in ownSettings(source.adapter)) || ('public' in source && source.public);
}

/** The same without the folder on this machine: what a manifest keeps. */
export const sourceFacts = layouts({});

export type SourceConfig = z.infer<typeof sourceConfig>;
export type SourceFacts = z.infer<typeof sourceFacts>;
/** What an adapter may be told of a source in its layout. */
export type LayoutConfig<Name extends LayoutName> = Extract<SourceFacts, { adapter: Name }>;
export type LabelMapping = z.infer<typeof labelMapping>;
export type TableMapping = z.infer<typeof tableMapping>;
export type OverlayConfig = z.infer<typeof overlay>;
export type IdMapConfig = z.infer<typeof idMap>;
