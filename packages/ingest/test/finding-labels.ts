import { codesOf, DEFAULT_STUDY, type Label, type SourceFacts, sourceConfig } from '@viewgap/contracts';
import { type FindingLabel, findingLabels } from '../src/tables/finding-labels.ts';
import type { SourceRow } from '../src/tables/rows/adapter.ts';

const CODES = codesOf(DEFAULT_STUDY);

/** A source in a layout, with nothing but defaults and these settings. */
export function layoutOf(adapter: SourceFacts['adapter'], settings: object = {}): SourceFacts {
  return sourceConfig.parse({ adapter, root: '.', ...settings });
}

/** What the catalog makes of rows: the labels of the default findings, by code. */
export function labelsOf(source: SourceFacts): (row: SourceRow | undefined) => Record<string, Label> {
  const made = answers(source);
  return (row) => {
    const labels = made(row);
    return Object.fromEntries(CODES.map((code, f) => [code, labels[f]?.label ?? null]));
  };
}

/** How it made them. */
export function setsOf(source: SourceFacts): (row: SourceRow | undefined) => Record<string, string> {
  const made = answers(source);
  return (row) => Object.fromEntries(CODES.map((code, f) => [code, made(row)[f]?.set ?? '']));
}

function answers(source: SourceFacts): (row: SourceRow | undefined) => readonly FindingLabel[] {
  const of = findingLabels(DEFAULT_STUDY, source);
  return (row) => {
    if (!row) throw new Error('no row');
    const { labels, labelSet: label_set, overlays } = row;
    return of({
      labels: JSON.stringify(labels),
      label_set,
      overlays: overlays === undefined ? null : JSON.stringify(overlays),
    });
  };
}
