/**
 * Time and memory of a catalog over synthetic records of nine sources, without images.
 *
 *     npx tsx packages/ingest/bench/catalog.ts make FOLDER [ROWS]     1,600,000 rows by default
 *     npx tsx packages/ingest/bench/catalog.ts run FOLDER
 *
 * Two commands, so that the memory of the first does not count for the second.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Cell,
  encodeTable,
  fileEntry,
  finishArtifact,
  QUARANTINE,
  RECORDS,
  Store,
  sha256,
  writeFileAtomic,
} from '@viewgap/artifacts';
import { DEFAULT_FINDINGS, type Progress, type SourceFacts } from '@viewgap/contracts';
import { buildCatalog } from '../src/catalog/catalog.ts';

const common = {
  role: 'train',
  synthetic: true,
  split: 'official',
  overlays: [],
  maxRejected: {},
  patientIds: 'checked',
} as const;
const policy = { blank: 0, uncertain: null } as const;
const hospital: SourceFacts = {
  ...common,
  overlays: [],
  adapter: 'png-folder',
  table: 'labels.csv',
  mapping: { image: 'image', imageIs: 'name', views: {}, sexes: {}, labels: {} },
  title: 'a hospital',
  labelSet: 'report',
  public: true,
};

/** Each source with its share of the rows. */
const SOURCES: Readonly<Record<string, readonly [SourceFacts, number]>> = {
  nih: [{ ...common, overlays: [], adapter: 'nih-chestxray14' }, 0.07],
  chexpert: [{ ...common, overlays: [], adapter: 'chexpert', policy }, 0.14],
  mimic: [{ ...common, overlays: [], adapter: 'mimic-cxr-jpg', policy, labeller: 'chexpert' }, 0.23],
  'hospital-1': [hospital, 0.14],
  'hospital-2': [hospital, 0.14],
  'hospital-3': [hospital, 0.135],
  'hospital-4': [hospital, 0.135],
  'chestx-det': [{ ...common, overlays: [], role: 'external', adapter: 'chestx-det' }, 0.002],
  private: [{ ...hospital, role: 'external' }, 0.008],
};

/** Labels of five findings that the layouts name alike, or by codes. */
const LABELS = ['Consolidation', 'Pneumothorax', 'Mass', 'Fibrosis', 'Effusion'];

/** One image in a thousand repeats the one before it; patients have 2.3 images each. */
function record(source: string, i: number): Record<string, Cell> {
  const pixels = i % 1000 === 999 ? i - 1 : i;
  const label = (k: number) => ((i + k) % 17 === 0 ? 1 : (i + k) % 31 === 0 ? null : 0);
  const names = source === 'private' ? DEFAULT_FINDINGS : LABELS;
  const labelled = (value: 0 | 1) => names.filter((_, k) => label(k) === value);
  return {
    source,
    image_id: `${String(i).padStart(8, '0')}.png`,
    patient_id: source === 'chestx-det' ? null : String(Math.floor(i / 2.3)),
    view: i % 5 < 3 ? 'PA' : 'AP',
    view_source: 'metadata',
    view_conflict: false,
    age_years: 20 + (i % 70),
    sex: i % 2 === 0 ? 'F' : 'M',
    width: 1024,
    height: 1024,
    depth: 8,
    grey_range: 200,
    warnings: null,
    labels: JSON.stringify({ present: labelled(1), absent: labelled(0) }),
    label_set: 'report',
    no_finding: i % 3 === 0,
    file_sha256: sha256(`file ${source} ${pixels}`),
    pixel_sha256: sha256(`pixels ${source} ${pixels}`),
    phash: sha256(`phash ${source} ${pixels}`).repeat(2),
    shard: sha256(`shard ${source} ${Math.floor(i / 1024)}`),
    row: i % 1024,
  };
}

async function make(root: string, total: number): Promise<void> {
  for (const [name, [source, share]] of Object.entries(SOURCES)) {
    const folder = join(root, name);
    await mkdir(folder, { recursive: true });
    const rows = Array.from({ length: Math.round(total * share) }, (_, i) => record(name, i));
    await writeFileAtomic(join(folder, 'records.arrow'), encodeTable(RECORDS, rows));
    await writeFileAtomic(join(folder, 'quarantine.arrow'), encodeTable(QUARANTINE, []));
    const files = [
      await fileEntry(folder, 'records.arrow', rows.length),
      await fileEntry(folder, 'quarantine.arrow', 0),
    ];
    const config = { name, source, settings: { size: 224, geometry: 'stretch' } };
    const counts = { images: rows.length, rows: rows.length, pairs: rows.length, records: rows.length };
    await finishArtifact(folder, { stage: 'ingest', inputs: {}, config, files, counts }, {});
  }
}

async function run(root: string): Promise<void> {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  const progress: Progress = {
    log: console.log,
    start: (label) => ({
      update: (_, note) => console.log(`${seconds()} s: ${label}, ${note}`),
      finish: (note) => console.log(`${seconds()} s: ${label}, ${note}`),
    }),
  };
  const artifact = await buildCatalog({
    sources: Object.fromEntries(Object.keys(SOURCES).map((name) => [name, join(root, name)])),
    config: {
      seed: 0,
      splits: { train: 0.6, val: 0.15, test: 0.25 },
      overlap: 'refuse',
      lookAlikes: false,
    },
    out: join(root, 'catalog'),
    store: new Store(join(root, 'store')),
    clock: () => new Date(0),
    rebuild: () => '',
    progress,
  });
  const memory = process.resourceUsage().maxRSS / 2 ** 20;
  console.log(
    `${artifact.manifest.counts.images} images in ${seconds()} s, at most ${memory.toFixed(2)} GiB resident`,
  );
}

const [verb, folder = '', rows = '1600000'] = process.argv.slice(2);
if (verb === 'make') await make(folder, Number(rows));
else if (verb === 'run') await run(folder);
else throw new Error('make or run');
