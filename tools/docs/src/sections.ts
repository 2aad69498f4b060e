const SECTION = /(<!-- table: ([\w-]+) -->\n).*?(<!-- end -->)/gs;

/** Names of the sections of a page that are written by script: `<!-- table: name -->` to `<!-- end -->`. */
export function sectionNames(page: string): string[] {
  return [...page.matchAll(SECTION)].map(([, , name = '']) => name);
}

/**
 * The page with each such section filled.
 * @param textOf the text of a section
 */
export function withSections(page: string, textOf: (name: string) => string): string {
  return page.replace(SECTION, (_, start: string, name: string, end: string) => {
    return `${start}\n${textOf(name)}\n\n${end}`;
  });
}
