import { parse, resetSVGDefIds, View, Warn } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { escapeHtml } from '../text/html.ts';
import { printable } from '../text/printable.ts';
import { SYNTHETIC } from '../text/table.ts';

/** A figure: a Vega-Lite specification, and what it says for those who cannot see it. */
export interface Figure {
  /** of its file, and of ids: lowercase letters, digits, hyphens and underscores */
  readonly name: string;
  readonly title: string;
  /** the data set, where there can be several */
  readonly subtitle?: string;
  /** what is drawn and how to read it */
  readonly about: string;
  readonly spec: Omit<TopLevelSpec, 'title' | 'config'>;
}

/** Okabe and Ito's colours, told apart with every kind of colour vision: one per model. */
export const MODEL_COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'];

const INK = '#1c2330';
const MUTED = '#5b6574';

const CONFIG = {
  background: 'white',
  font: "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif",
  padding: 6,
  view: { stroke: null },
  title: { anchor: 'start', color: INK, fontSize: 14, fontWeight: 600, subtitleColor: MUTED, offset: 12 },
  axis: {
    domain: false,
    gridColor: '#e6e9ee',
    labelColor: INK,
    labelFontSize: 11.5,
    tickColor: '#c3c9d2',
    titleColor: MUTED,
    titleFontSize: 11.5,
    titleFontWeight: 'normal',
    titlePadding: 8,
  },
  header: { labelColor: INK, labelFontSize: 12, titleColor: MUTED },
  legend: { labelColor: INK, labelFontSize: 11.5, orient: 'top', title: null, symbolSize: 70 },
} as const;

/**
 * A figure as SVG text: the same figure gives the same bytes. Title and description are inside, and every id begins
 * with the figure's name, so that several SVGs can stand in one page.
 */
export async function renderFigure(figure: Figure, synthetic: boolean): Promise<string> {
  const subtitle = [synthetic ? `${SYNTHETIC} DATA` : null, figure.subtitle ?? null].filter(
    (part) => part !== null,
  );
  const title = {
    text: figure.title,
    ...(subtitle.length > 0 ? { subtitle: subtitle.join(', ') } : {}),
    ...(synthetic ? { subtitleColor: '#b3261e' } : {}),
  };
  const { spec } = compile({ ...figure.spec, title, config: CONFIG } as TopLevelSpec);
  resetSVGDefIds();
  const view = new View(parse(spec), { renderer: 'none', logLevel: Warn });
  try {
    return describe(ownIds(printable(await view.toSVG()), figure.name), figure, synthetic);
  } finally {
    view.finalize();
  }
}

/** A name as a value of a scale: vega takes `constructor` for what every object has of that name, so a space follows. */
export function scaleName(name: string): string {
  return name in Object.prototype ? `${name}\u00a0` : name;
}

/** Title with the data set, for readers of one line. */
export function fullTitle({ title, subtitle }: Figure): string {
  return subtitle === undefined ? title : `${title}, ${subtitle}`;
}

function ownIds(svg: string, prefix: string): string {
  // In tags alone: a name may look like an attribute, and stands between tags or in aria-label.
  return svg.replace(/<[^>]*>/g, (tag) =>
    tag
      .replace(/ id="([^"]+)"/g, ` id="${prefix}-$1"`)
      .replace(/="url\(#([^)"]+)\)"/g, `="url(#${prefix}-$1)"`)
      .replace(/ (xlink:)?href="#([^"]+)"/g, ` $1href="#${prefix}-$2"`),
  );
}

function describe(svg: string, figure: Figure, synthetic: boolean): string {
  const [title, about] = [`${figure.name}-title`, `${figure.name}-about`];
  const stamp = synthetic ? `${SYNTHETIC}. ` : '';
  return svg.replace(
    /^<svg ([^>]*)>/,
    (_, attributes: string) =>
      `<svg ${attributes} role="img" aria-labelledby="${title} ${about}"><title id="${title}">${escapeHtml(stamp + fullTitle(figure))}</title><desc id="${about}">${escapeHtml(figure.about)}</desc>`,
  );
}
