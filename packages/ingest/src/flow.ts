import {
  type CatalogFlow,
  type CatalogImage,
  QUARANTINE_REASONS,
  type QuarantineReason,
  SPLITS,
  VIEWS,
} from '@viewgap/contracts';
import type { QuarantineRow } from './catalog-record.ts';

/** What one source brought, and what became of it. */
export interface FlowSource {
  readonly name: string;
  /** rows of the label table, image files, and images that have their row */
  readonly rows: number;
  readonly files: number;
  readonly pairs: number;
  /** of ingest and catalog */
  readonly quarantine: readonly QuarantineRow[];
  /** every record of ingest, repeated images too */
  readonly records: readonly { readonly patient_id: string }[];
  readonly used: readonly CatalogImage[];
}

type Step = Omit<CatalogFlow, 'step' | 'source'>;
type WithPatient = readonly { readonly patient_id: string }[];

/**
 * From rows and files to splits, source by source, then all together: for each source
 * `rows + files - pairs = records + what ingest did not use`, and `records = used + repeated images`.
 */
export function flowTable(sources: readonly FlowSource[]): CatalogFlow[] {
  const rows = sources.flatMap((source) => stepsOf(source).map((step) => ({ source: source.name, ...step })));
  if (sources.length > 1) {
    const used = sources.flatMap((source) => source.used);
    rows.push(...usedSteps(used).map((step) => ({ source: 'all', ...step })));
  }
  return rows.map((row, i) => ({ step: i + 1, ...row }));
}

function stepsOf(source: FlowSource): Step[] {
  const ofIngest = source.quarantine.filter(({ reason }) => reason !== 'duplicate-image');
  const repeated = source.quarantine.length - ofIngest.length;
  const reasons = Object.entries(QUARANTINE_REASONS) as [QuarantineReason, string][];
  return [
    { name: 'rows of the label table', images: source.rows, patients: null, note: '' },
    { name: 'image files', images: source.files, patients: null, note: '' },
    { name: 'image files with a row', images: source.pairs, patients: null, note: '' },
    ...reasons.flatMap(([reason, note]) => {
      const images = ofIngest.filter((row) => row.reason === reason).length;
      return images === 0 ? [] : [{ name: `not used: ${reason}`, images, patients: null, note }];
    }),
    counted('records', source.records),
    {
      name: 'not used: duplicate-image',
      images: repeated,
      patients: null,
      note: QUARANTINE_REASONS['duplicate-image'],
    },
    ...usedSteps(source.used),
  ];
}

function usedSteps(used: readonly CatalogImage[]): Step[] {
  const some = (step: Step) => step.images > 0;
  return [
    counted('used', used),
    ...VIEWS.map((view) =>
      counted(
        `view ${view}`,
        used.filter((image) => image.view === view),
      ),
    ).filter(some),
    ...SPLITS.map((split) =>
      counted(
        `split ${split}`,
        used.filter((image) => image.split === split),
      ),
    ).filter(some),
  ];
}

function counted(name: string, images: WithPatient): Step {
  const patients = new Set(images.map(({ patient_id }) => patient_id)).size;
  return { name, images: images.length, patients, note: '' };
}
