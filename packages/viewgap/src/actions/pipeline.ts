import { join, relative } from 'node:path';
import { catalogFacts, openArtifact, ScoredLedger, unitPath } from '@viewgap/artifacts';
import { externalSets } from '../pipeline/external-sets.ts';
import { missingRoots } from '../pipeline/missing-roots.ts';
import { openWorkplace, type Workplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export async function pipeline(flags: { readonly pipeline: string }, context: Context): Promise<void> {
  const place = await openWorkplace(flags.pipeline, context);
  const missing = await missingRoots(place.pipeline, context.env);
  if (missing.length > 0) {
    context.print(
      `${place.pipeline.name}: not run, its data are not here:\n${missing.map((line) => `  ${line}`).join('\n')}`,
    );
    return;
  }
  context.print(await summaryOf(place, context));
}

async function summaryOf(place: Workplace, context: Context): Promise<string> {
  const open = (unit: 'catalog' | 'report') =>
    openArtifact(place.unit(unitPath[unit]()), unit, { rebuild: place.rebuild(unitPath[unit]()) });
  const catalog = await open('catalog');
  const { sources } = catalogFacts(catalog, place.rebuild(unitPath.catalog()));
  const reported = await open('report');
  const isScored = externalSets(place.pipeline).length > 0;
  const { readLabelCounts, readMetrics, summaryText, trainingLacks } = await import('@viewgap/report');
  return summaryText({
    metrics: await readMetrics(place.unit(unitPath.evaluate()), place.rebuild(unitPath.evaluate())),
    reportPath: relative(context.cwd, join(reported.folder, 'index.html')),
    scored: isScored ? await new ScoredLedger(place.pipeline.folder).tally() : null,
    unlearnt: trainingLacks(await readLabelCounts(catalog)),
    synthetic: Object.values(sources).some(({ synthetic }) => synthetic),
  });
}
