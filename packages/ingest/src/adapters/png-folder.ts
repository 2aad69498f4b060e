import type { LayoutConfig } from '@viewgap/contracts';
import { baseName, isImageFile, isVisible, stem } from '../tables/file-name.ts';
import { parseMapped } from '../tables/mapped-rows.ts';
import type { Adapter } from '../tables/rows/adapter.ts';
import type { TableSettings } from '../tables/rows/named-rows.ts';

type Options = Pick<LayoutConfig<'png-folder'>, 'table' | 'mapping' | 'labelSet' | 'namespace'> &
  TableSettings;

/** Images anywhere below the root and one table of any columns: for everything that has no adapter of its own. */
export default function pngFolder(options: Options): Adapter {
  const { table, mapping, namespace } = options;
  const imageId = { path: (path: string) => path, name: baseName, stem }[mapping.imageIs];
  return {
    patientNamespace: namespace ?? null,
    expects: `${table}, and images in any folder`,
    labels: Object.keys(options.mapping.labels),
    enters: isVisible,
    isTable: (path) => path === table,
    isImage: (path) => isImageFile(path) && isVisible(path),
    imageId,
    ...(mapping.imageIs !== 'path' && { namesakeCure: '"imageIs": "path" tells them apart' }),
    parse: (tables) => parseMapped(tables, options),
  };
}
