/**
 * The folders of each package's src in the order in which they use each other: a folder imports itself and those after
 * it. What stands at the top of src uses all; a folder uses nothing of it but the files of TOP.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const ROOMS = {
  contracts: ['results', 'results/tables', 'results/columns', 'config', 'config/values', 'errors', 'study'],
  artifacts: ['results', 'manifest', 'tables', 'files'],
  engine: [
    'bench',
    'bench/contestants',
    'feed',
    'saved-model',
    'models',
    'layers',
    'capture',
    'capture/run',
    'capture/record',
    'formats',
    'install',
    'backends',
    'install/build',
    'kernels',
    'capture/rewrite',
    'tf',
    'native',
    'system',
  ],
  evaluate: ['input', 'input/files', 'tables', 'contrasts', 'study'],
  ingest: [
    'catalog',
    'sheet',
    'lookalikes',
    'records',
    'read',
    'image',
    'phash',
    'dicom',
    'dicom/header',
    'dicom/codecs',
    'files',
    'files/tree',
    'adapters',
    'pixels',
    'tables',
    'tables/rows',
    'view',
  ],
  phantom: ['layouts', 'files', 'film'],
  shards: ['grey'],
  report: ['page', 'figures', 'formats', 'tables', 'text', 'inputs'],
  tables: ['rows', 'workbook', 'text', 'source'],
  train: [
    'bench',
    'export',
    'predict',
    'tune',
    'fit',
    'fit/checkpoint',
    'fit/watch',
    'model',
    'batches',
    'pixels',
    'catalog',
  ],
  viewgap: ['commands', 'actions', 'bench', 'pipeline', 'options', 'terminal'],
};

/**
 * Files at the top of src that its folders may use.
 * @type {Readonly<Record<string, string>>}
 */
const SHARED = { ingest: 'sql.ts' };

/** What keeps a package legible: folders in a chain of imports, files in a chain inside one folder, files in a folder. */
export const BOUNDS = { folders: { train: 8, evaluate: 8, report: 7, ingest: 10 }, files: 5, size: 25 };

/**
 * The rules of dependency-cruiser that keep this order.
 * @param {readonly string[]} tests patterns of files that may import what they like
 */
export function roomRules(tests) {
  return Object.entries(ROOMS).flatMap(([name, rooms]) =>
    rooms.map((room, i) => {
      const src = `^packages/${name}/src/`;
      const shared = SHARED[name];
      return {
        name: `rooms/${name}/${room}`,
        comment: `tools/checks/rooms.mjs: in ${name}, ${room} uses what stands after it, and nothing before.`,
        severity: 'error',
        from: { path: `${src}${room}/[^/]+$`, pathNot: [...tests] },
        to: {
          path: [...rooms.slice(0, i), '.'].map((one) =>
            one === '.' ? `${src}[^/]+$` : `${src}${one}/[^/]+$`,
          ),
          ...(shared !== undefined && { pathNot: [`${src}${shared}$`] }),
        },
      };
    }),
  );
}
