import type { SourceConfig } from '@viewgap/contracts';
import { ConfigError, nearestName } from '@viewgap/contracts/errors';

type Layout = SourceConfig['adapter'];

/** Layouts by the short names that the command takes. */
export const LAYOUT_NAMES: Readonly<Record<string, Layout>> = {
  nih: 'nih-chestxray14',
  chexpert: 'chexpert',
  mimic: 'mimic-cxr-jpg',
  padchest: 'padchest',
  vindr: 'vindr-cxr',
  rsna: 'rsna-pneumonia',
  siim: 'siim-pneumothorax',
  'chestx-det': 'chestx-det',
};

/** @throws ConfigError where no layout of the `known` has this name, short or whole */
export function layoutNamed(name: string, known: Readonly<Record<string, Layout>> = LAYOUT_NAMES): Layout {
  const found = known[name] ?? Object.values(known).find((layout) => layout === name);
  if (found !== undefined) return found;
  throw new ConfigError('no such layout', name, nearestName(name, Object.keys(known)));
}
