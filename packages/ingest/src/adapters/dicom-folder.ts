import type { LayoutConfig } from '@viewgap/contracts';
import { isVisible } from '../tables/file-name.ts';
import { parseMapped } from '../tables/mapped-rows.ts';
import { otherFile } from '../tables/other-file.ts';
import type { Adapter } from '../tables/rows/adapter.ts';
import type { TableSettings } from '../tables/rows/named-rows.ts';

type Options = Pick<LayoutConfig<'dicom-folder'>, 'table' | 'mapping' | 'labelSet' | 'namespace' | 'joinBy'> &
  TableSettings;

/**
 * A hospital's export: DICOM in any tree of folders under any names, and one table of labels. What the films are is
 * told by their own headers, so that they are brought together with their rows when they have been read.
 */
export default function dicomFolder(options: Options): Adapter {
  const { table, namespace, joinBy } = options;
  return {
    patientNamespace: namespace ?? null,
    expects: `${table}, and DICOM files in any folder`,
    labels: Object.keys(options.mapping.labels),
    enters: isVisible,
    isTable: (path) => path === table,
    isImage: (path) => path !== table && isVisible(path) && otherFile(path) === null,
    imageId: (path) => path,
    joinBy,
    parse: (tables) => parseMapped(tables, options),
  };
}
