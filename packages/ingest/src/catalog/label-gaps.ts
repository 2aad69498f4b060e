import { queryRows } from '@viewgap/artifacts';
import { codesOf, type Findings, SPLITS } from '@viewgap/contracts';
import { type Connection, runAll } from '../sql.ts';
import type { CatalogSource } from './catalog-record.ts';

/** What a finding's labels lack in a set of images: all of them, or one class. */
type Gap = 'no known label' | 'no positive' | 'no negative';

interface GapRow {
  readonly source: string;
  readonly split: string;
  readonly finding: string;
  readonly gap: Gap;
}

const WORDS: Readonly<Record<Gap, string>> = {
  'no known label': 'no known label of',
  'no positive': 'no image with',
  'no negative': 'no image without',
};

/** Fills `label_gaps` from `images` and `labels`. `all` sources are what training and the choice of epoch see. */
export async function fillLabelGaps(connection: Connection): Promise<void> {
  await runAll(connection, [
    `insert into label_gaps
       with counted as (
         select if(grouping(i.source) = 1, 'all', i.source) as source, split, finding,
           count(*) filter (label = 1) as positive, count(*) filter (label = 0) as negative,
           count(*) filter (label is null) as unknown
         from images i join labels l on l.source = i.source and l.image_id = i.image_id
         group by grouping sets ((i.source, split, finding), (split, finding)))
       select *, case when positive + negative = 0 then 'no known label' when positive = 0 then 'no positive'
         else 'no negative' end
       from counted
       where (positive = 0 or negative = 0) and (source <> 'all' or split in ('train', 'val'))
       order by source, split, finding`,
  ]);
}

/**
 * What labels lack, for the person who waits: a line for all sources of training together, where there are several, and
 * a line for each source. The catalog is no failure for it: images without labels may be scored, and train refuses what
 * it cannot learn from.
 */
export async function labelGapLines(
  connection: Connection,
  sources: readonly CatalogSource[],
  findings: Findings,
): Promise<string[]> {
  const rows = await queryRows<GapRow>(connection, 'select source, split, finding, gap from label_gaps');
  const trained = sources.filter(({ facts }) => facts.role === 'train');
  const names = [...(trained.length > 1 ? ['all'] : []), ...sources.map(({ name }) => name)];
  return names.flatMap((name) => {
    const own = rows.filter(({ source }) => source === name);
    if (own.length === 0) return [];
    const source = sources.find((one) => one.name === name);
    const why =
      source !== undefined && isUnmapped(source) ? ' (its mapping in pipeline.json has no labels)' : '';
    const whose = source === undefined ? 'all sources together' : name;
    return [`labels of ${whose}: ${gapWords(own, codesOf(findings))}${why}`];
  });
}

/** Findings that lack the same in the same splits are named together. */
function gapWords(rows: readonly GapRow[], findings: readonly string[]): string {
  const groups = new Map<string, string[]>();
  for (const finding of findings) {
    for (const gap of Object.keys(WORDS) as Gap[]) {
      const splits = SPLITS.filter((split) =>
        rows.some((row) => row.finding === finding && row.gap === gap && row.split === split),
      );
      if (splits.length === 0) continue;
      const key = JSON.stringify([WORDS[gap], splits.join(', ')]);
      groups.set(key, [...(groups.get(key) ?? []), finding]);
    }
  }
  return [...groups]
    .map(([key, names]) => {
      const [words, splits] = JSON.parse(key) as [string, string];
      return `${words} ${names.join(', ')} in ${splits}`;
    })
    .join('; ');
}

/** Whether whoever wrote pipeline.json left the labels out, by intent or not. */
function isUnmapped({ facts }: CatalogSource): boolean {
  return 'mapping' in facts && Object.keys(facts.mapping.labels).length === 0 && facts.overlays.length === 0;
}
