import { canonicalJson } from '@viewgap/artifacts';
import { plural } from '@viewgap/contracts';
import type { FairPair } from '../inputs/fair-comparison.ts';
import { contentIsSynthetic, type ReportContent } from '../inputs/report-content.ts';
import { CHECK_MEANINGS } from '../tables/check-tables.ts';
import { confidence, count, modelName } from '../text/format.ts';
import { type Html, html } from '../text/html.ts';
import { clusterNoun } from '../text/selection.ts';
import { SYNTHETIC } from '../text/table.ts';
import type { PageParts } from './page-parts.ts';

export function dataSection({ catalog }: ReportContent, parts: PageParts): Html {
  return html`${['flow', 'population', 'characteristics', 'prevalence', 'labels'].map(parts.table)}
<h3>Quarantine and overlap</h3>
${catalog.quarantine.length === 0 ? html`<p>No input was left out.</p>` : parts.table('quarantine')}
${catalog.overlaps.length === 0 ? html`<p>No two sets share an image or a patient.</p>` : parts.table('overlaps')}`;
}

export function checksSection({ metrics }: ReportContent, parts: PageParts): Html {
  return html`<p>A gap between views can be real, or be made by who is filmed how. Each check exposes one way in which it can be made.</p>
<dl>${CHECK_MEANINGS.map(([check, exposes]) => html`<dt>${check}</dt><dd>${exposes}</dd>\n`)}</dl>
${['checks', 'view-clues', 'sources', 'sites', 'label-error', 'sensitivity', 'adjusted', 'calibration', 'operating-points', 'operating-points-pa', 'groups', 'patient-groups', 'bootstrap', 'power'].map(parts.table)}
<h3>Negative controls</h3>
${metrics.controls.length === 0 ? html`<p>This run has none.</p>` : parts.table('controls')}`;
}

export function methodsSection({ metrics, fairPairs, controls }: ReportContent): Html {
  const [from, to] = [modelName(metrics.settings.from), modelName(metrics.settings.to)];
  const cluster =
    metrics.settings.cluster === 'image'
      ? 'of single images, so the errors are too small where patients have several'
      : `summed over each ${metrics.settings.cluster}\u2019s images, because these are not independent and many patients are filmed in both views`;
  const items: readonly (readonly [string, string])[] = [
    [
      'Splits',
      'By patient: no patient is in two of training, validation and test. External sets are never trained on.',
    ],
    [
      'Models',
      `${from} is an encoder with a classification head; ${to} adds an image-reconstruction decoder on the same encoder, without skip connections. ${alikeSentence(metrics.seeds, fairPairs)}`,
    ],
    ...controls.map(
      ({ model, changes }) =>
        [
          `Control: ${modelName(model)}`,
          `Trained as ${from}, but for: ${changes.join('; ') || 'nothing'}. It is no part of the primary comparison.`,
        ] as const,
    ),
    [
      'Labels',
      '1 present, 0 absent, unknown otherwise. An unknown label is masked in the loss and left out of the statistics.',
    ],
    ['Choice of epoch', 'By validation images alone.'],
    ['Gap', 'AUROC(AP) \u2212 AUROC(PA), always signed so: below 0, PA films are read better.'],
    [
      'Errors',
      `From DeLong\u2019s placement values, ${cluster}. Gaps, changes and means are linear in AUROCs, so the covariances between views, models and findings are kept. Intervals are ${confidence(metrics.settings.level)}: Wilson limits for an AUROC and, where a class has fewer than ${metrics.settings.few_patients} ${clusterNoun(metrics)}s, for what is made from it (MOVER); Student\u2019s t otherwise. p-values are two-sided, with Holm\u2019s and Benjamini and Hochberg\u2019s adjustments, and not given where a class has fewer than ${metrics.settings.no_test_below} ${clusterNoun(metrics)}s.`,
    ],
    [
      'Size of the gap',
      'Its change has an interval by projection of the joint region of both gaps, and no p-value, because near 0 none is valid.',
    ],
  ];
  return html`<dl>${items.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>\n`)}</dl>`;
}

/** Only what was checked is said. */
function alikeSentence(seeds: readonly number[], pairs: readonly FairPair[]): string {
  const checked = pairs.map(({ seed }) => seed);
  const unchecked = seeds.filter((seed) => !checked.includes(seed));
  const names = (some: readonly number[]) => `${plural(some.length, 'seed')} ${some.join(', ')}`;
  return [
    checked.length > 0
      ? `Checked for ${names(checked)}: catalog, image size, initial weights of encoder and head, image order, augmentations, batch size, learning rate and number of steps are the same (hashes under Provenance); the decoder and its loss differ.`
      : '',
    unchecked.length > 0
      ? `Whether both were trained alike is not checked for ${names(unchecked)}: the report was not given both trainings.`
      : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** Which artifacts the page was made from, by the hash of their manifests. */
export function provenanceSection(content: ReportContent): Html {
  const { inputs } = content;
  return html`<p>SHA-256 of each input\u2019s manifest; a manifest names its own inputs by hash in turn, down to the images.</p>
<div class="scroll" role="region" aria-label="Hashes of the inputs" tabindex="0"><table>
<caption><span class="caption">${contentIsSynthetic(content) && html`<b class="stamp">${SYNTHETIC}</b> `}<b>Inputs.</b></span></caption>
<thead><tr><th scope="col">Artifact</th><th scope="col">manifest.json</th><th scope="col">Its inputs</th></tr></thead>
<tbody>${inputs.map(
    ({ unit, artifact }) =>
      html`<tr><th scope="row">${unit}</th><td class="hash">${artifact.sha256}</td><td class="hash">${Object.entries(
        artifact.manifest.inputs,
      ).map(([name, hash]) => html`${name} ${hash.slice(0, 12)}<br>`)}</td></tr>\n`,
  )}</tbody></table></div>
${content.fairPairs.length > 0 && fairTable(content)}
${inputs.map(
  ({ unit, artifact }) =>
    html`<details><summary>Settings of ${unit}</summary><pre>${JSON.stringify(JSON.parse(canonicalJson(artifact.manifest.config ?? null)), null, 2)}</pre></details>\n`,
)}`;
}

/** What both compared models were found to share; the first digits of the hashes, whose rest is in the settings. */
function fairTable(content: ReportContent): Html {
  const { from, to } = content.metrics.settings;
  const title = `The same for ${modelName(from)} and ${modelName(to)}.`;
  const hash = (sha256: string) => html`<td class="hash">${sha256.slice(0, 12)}</td>`;
  return html`<div class="scroll table" role="region" aria-label="Hashes of what both models share" tabindex="0"><table>
<caption><span class="caption">${contentIsSynthetic(content) && html`<b class="stamp">${SYNTHETIC}</b> `}<b>${title}</b> SHA-256, first digits, of what both were found to share.</span></caption>
<thead><tr><th scope="col">Seed</th><th scope="col">Initial weights</th><th scope="col">Image order</th><th scope="col">Augmentations</th><th scope="col" class="num">Steps</th></tr></thead>
<tbody>${content.fairPairs.map(
    ({ seed, fairness }) =>
      html`<tr><th scope="row">${seed}</th>${[fairness.initial_weights, fairness.batch_order, fairness.augmentations].map(hash)}<td class="num">${count(fairness.steps)}</td></tr>\n`,
  )}</tbody></table></div>`;
}
