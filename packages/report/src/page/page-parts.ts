import type { Html } from '../text/html.ts';

/** What a section may print: the tables and figures by name, ready as markup; null where the run has none. */
export interface PageParts {
  table(name: string): Html | null;
  figure(name: string): Html | null;
}
