import { printable } from './printable.ts';

/** Markup that is safe to print as it is. Only `html` and `markup` make it. */
export class Html {
  constructor(readonly text: string) {}
}

export type HtmlPart = Html | string | number | null | false | readonly HtmlPart[];

/** Template for markup: every interpolated text is escaped, markup and lists of markup are not, null prints nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(strings.map((text, i) => (i === 0 ? text : print(parts[i - 1] ?? null) + text)).join(''));
}

/** Marks text that is markup already, e.g. an SVG that vega wrote. */
export function markup(text: string): Html {
  return new Html(text);
}

/** Escapes text for element content and quoted attributes, of HTML and of SVG. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function print(part: HtmlPart): string {
  if (part === null || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return part.map(print).join('');
}
