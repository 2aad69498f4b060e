import type { Findings } from '@viewgap/contracts';
import { contentIsSynthetic, type ReportContent } from '../inputs/report-content.ts';
import type { Shown } from '../inputs/shown.ts';
import { modelName, signed, titleOf } from '../text/format.ts';
import { type Html, html } from '../text/html.ts';
import { SYNTHETIC } from '../text/table.ts';

/** One column of the figure: what it shows, and the picture of the i-th film. */
interface FilmColumn {
  readonly head: string;
  readonly picture: (film: number) => { readonly uri: string; readonly words: string } | null;
}

/** What the models look at in some validation films, and how they reconstruct these. */
export function filmsSection(content: ReportContent): Html {
  const { shown, findings } = content;
  const films = shown[0]?.images ?? [];
  if (films.length === 0) {
    return html`<p>No film is shown: predict was to draw none, or the images are not public.</p>`;
  }
  const columns = columnsOf(shown, findings);
  const rows = films.map(({ view, finding, source }, i) => {
    const pictures = columns.map(({ picture }) => picture(i));
    return html`<p class="film">${view}, ${titleOf(finding, findings)} (${source})</p>
${pictures.map((one) => (one === null ? html`<span></span>` : html`<img src="${one.uri}" alt="${one.words}">\n`))}`;
  });
  return html`<figure id="figure-films">
<div class="films" style="--columns: ${columns.length}">
${columns.map(({ head }) => html`<p class="head">${head}</p>\n`)}${rows}
</div>
<figcaption>${contentIsSynthetic(content) && html`<b class="stamp">${SYNTHETIC}</b> `}Validation films with a finding, chosen by a hash of their names and not by their scores: the same for every model (seed ${shown[0]?.seed ?? 0}). Evidence is Grad-CAM on the encoder\u2019s last map, orange over the film: which regions raise the score of the finding named, each map over its own greatest value, so that two maps cannot be compared in strength; without orange none does. It is coarse, and says where a model looks, not whether it is right. A reconstruction is what the decoder makes of the same map.</figcaption>
</figure>`;
}

function columnsOf(shown: readonly Shown[], findings: Findings): FilmColumn[] {
  const film: FilmColumn = {
    head: 'Film',
    picture: (i) => {
      const one = shown[0]?.images[i];
      return one ? { uri: one.film, words: `Film, ${one.view}, ${titleOf(one.finding, findings)}` } : null;
    },
  };
  return [film, ...shown.flatMap((one) => modelColumns(one, findings))];
}

function modelColumns({ model, images }: Shown, findings: Findings): FilmColumn[] {
  const name = modelName(model);
  const evidence: FilmColumn = {
    head: `${name}, evidence`,
    picture: (i) => {
      const one = images[i];
      if (!one) return null;
      const words = `What raises the score of ${name} for ${titleOf(one.finding, findings)}, logit ${signed(one.logit, 2)}`;
      return { uri: one.cam, words };
    },
  };
  if (images.every(({ reconstruction }) => reconstruction === null)) return [evidence];
  const reconstruction: FilmColumn = {
    head: `${name}, recon\u00adstruction`,
    picture: (i) => {
      const uri = images[i]?.reconstruction ?? null;
      return uri === null ? null : { uri, words: `Reconstruction by ${name}` };
    },
  };
  return [evidence, reconstruction];
}
