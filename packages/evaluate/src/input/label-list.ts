/** What separates the names of a list, those first that no name holds. A column has one of them. */
const SEPARATORS = ['|', ';', ','] as const;
export type ListSeparator = (typeof SEPARATORS)[number];

/** Brackets of lists as Python, JSON and SQL write them. */
const BRACKETED = /^[[({](.*)[\])}]$/s;
const QUOTED = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g;

/** What lists say where there is no finding. */
const NONE: ReadonlySet<string> = new Set([
  '',
  'no finding',
  'no findings',
  'normal',
  'none',
  'nothing',
  '-',
]);

/** The separator of a column of lists: the first that stands in any of them outside brackets; else the comma. */
export function listSeparator(cells: Iterable<string>): ListSeparator {
  const found = new Set<string>();
  for (const cell of cells) {
    if (BRACKETED.test(cell.trim())) continue;
    for (const separator of SEPARATORS) if (cell.includes(separator)) found.add(separator);
  }
  return SEPARATORS.find((separator) => found.has(separator)) ?? ',';
}

/** The names of a list, each as `nameKey` has it: `a|b`, `a, b`, `['a', 'b']`, `["a"]`, `{a,b}`; without "No Finding". */
export function listedNames(cell: string, separator: ListSeparator): string[] {
  const inside = BRACKETED.exec(cell.trim())?.[1];
  const names =
    inside === undefined
      ? cell.split(separator)
      : inside.includes("'") || inside.includes('"')
        ? [...inside.matchAll(QUOTED)].map(([, one, two]) => (one ?? two ?? '').replaceAll(/\\(.)/g, '$1'))
        : inside.split(',');
  const keys = names.map(nameKey).filter((key) => !NONE.has(key));
  return [...new Set(keys)];
}

/** A name without regard to case, blanks and underscores. */
export function nameKey(name: string): string {
  return name
    .normalize('NFC')
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .toLowerCase()
    .replace(/[\s_]+/g, ' ')
    .trim();
}
