import {
  codesOf,
  type Findings,
  LAYOUT_LABELS,
  type Label,
  type LabelledLayout,
  type LayoutConfig,
  type SourceFacts,
} from '@viewgap/contracts';
import { anyLabel } from './labels.ts';
import type { OverlayStatement, Statement } from './rows/statement.ts';

/** What a record says of a film's labels: columns of records.arrow. */
export interface RecordLabels {
  readonly labels: string;
  readonly label_set: string;
  readonly overlays: string | null;
}

/** What became of it for one finding of the study. */
export interface FindingLabel {
  readonly label: Label;
  /** how the label was made: the source's word for it with the policy, or the overlay's name */
  readonly set: string;
  readonly isOverlaid: boolean;
}

/** How what is neither present nor absent becomes a label, and several readers one. */
interface LabelRule {
  readonly blank: Label;
  readonly uncertain: Label;
  readonly readers: ReaderRule;
}

export type ReaderRule = LayoutConfig<'vindr-cxr'>['readers'];

const PLAIN: LabelRule = { blank: null, uncertain: null, readers: 'majority' };

/**
 * Makes the labels of the study's findings, in their order, of what the records of a source say. A finding that does not
 * name the source's layout is not known there. Films that say the same share an answer.
 */
export function findingLabels(
  findings: Findings,
  source: SourceFacts,
): (said: RecordLabels) => readonly FindingLabel[] {
  const rule = ruleOf(source);
  const own = namesOf(findings, 'mapping' in source ? null : source.adapter);
  const ofOverlay = new Map(
    source.overlays.map(({ name, labels }) => [name, namesOf(findings, labels ? null : name)]),
  );
  const answers = new Map<string, readonly FindingLabel[]>();
  const answer = ({ labels, label_set, overlays }: RecordLabels): FindingLabel[] => {
    const statement = JSON.parse(labels) as Statement;
    const over = overlays === null ? [] : (JSON.parse(overlays) as OverlayStatement[]);
    const set = setName(label_set, source);
    return own.map((names, f): FindingLabel => {
      const replaced = over.findLast((one) => overlaidLabel(one, f) !== null);
      return replaced === undefined
        ? { label: labelOf(names, statement, rule), set, isOverlaid: false }
        : { label: overlaidLabel(replaced, f), set: replaced.name, isOverlaid: true };
    });
  };
  const overlaidLabel = (one: OverlayStatement, f: number) =>
    labelOf(ofOverlay.get(one.name)?.[f] ?? [], one, PLAIN);
  return (said) => {
    const key = JSON.stringify([said.label_set, said.labels, said.overlays]);
    const known = answers.get(key) ?? answer(said);
    answers.set(key, known);
    return known;
  };
}

/** The labels that mean each finding in a layout. @param layout null: one whose labels pipeline.json names by codes */
function namesOf(findings: Findings, layout: string | null): (readonly string[])[] {
  return codesOf(findings).map((code) => {
    if (layout === null) return [code];
    return Object.hasOwn(LAYOUT_LABELS, layout) ? (findings[code]?.[layout as LabelledLayout] ?? []) : [];
  });
}

function labelOf(names: readonly string[], said: Statement, { blank, uncertain, readers }: LabelRule): Label {
  if (names.length === 0) return null;
  if (said.readers) {
    const votes = said.readers.filter((list) => names.some((name) => list.includes(name))).length;
    return verdict(votes, said.readers.length, readers);
  }
  return anyLabel(
    names.map((name) => {
      if (said.present?.includes(name)) return 1;
      if (said.absent?.includes(name)) return 0;
      if (said.uncertain?.includes(name)) return uncertain;
      if (said.others === undefined) return null;
      return said.others === 'absent' ? 0 : blank;
    }),
  );
}

/** One label from the votes of several readers. */
export function verdict(votes: number, readers: number, rule: ReaderRule): Label {
  switch (rule) {
    case 'any':
      return votes > 0 ? 1 : 0;
    case 'all':
      return votes === readers ? 1 : 0;
    case 'majority':
      return 2 * votes > readers ? 1 : 0;
    case 'unanimous':
      return votes === readers ? 1 : votes === 0 ? 0 : null;
  }
}

function ruleOf(source: SourceFacts): LabelRule {
  return {
    ...PLAIN,
    ...('policy' in source && source.policy),
    ...('readers' in source && { readers: source.readers }),
  };
}

/** How labels were made, with what differs from the default policy: `report uncertain-1`, `readers majority`. */
function setName(base: string, source: SourceFacts): string {
  if ('readers' in source) return base === 'readers' ? `${base} ${source.readers}` : base;
  if (!('policy' in source)) return base;
  const { blank, uncertain } = source.policy;
  return [
    base,
    ...(blank === 0 ? [] : ['blank-null']),
    ...(uncertain === null ? [] : [`uncertain-${uncertain}`]),
  ].join(' ');
}
