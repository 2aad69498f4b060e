import { ConfigError, nearestName } from '@viewgap/contracts/errors';
import { LAYOUT_NAMES as LAYOUTS, type LayoutName } from '@viewgap/contracts/layouts';

/** Layouts whose table pipeline.json must explain: none of them can be read by its name alone. */
const MAPPED: readonly LayoutName[] = ['png-folder', 'dicom-folder'];

/** The other layouts by the short names that the command takes. */
export const LAYOUT_NAMES: Readonly<Record<string, LayoutName>> = Object.fromEntries(
  LAYOUTS.filter((name) => !MAPPED.includes(name)).map((name) => [shortName(name), name]),
);

/** The first word of a layout's name, where no other layout begins with it. */
function shortName(name: LayoutName): string {
  const [word = name] = name.split('-');
  return LAYOUTS.filter((other) => other.split('-')[0] === word).length === 1 ? word : name;
}

/** @throws ConfigError where no layout of the `known` has this name, short or whole */
export function layoutNamed(
  name: string,
  known: Readonly<Record<string, LayoutName>> = LAYOUT_NAMES,
): LayoutName {
  const found = known[name] ?? Object.values(known).find((layout) => layout === name);
  if (found !== undefined) return found;
  throw new ConfigError('no such layout', name, nearestName(name, Object.keys(known)));
}
