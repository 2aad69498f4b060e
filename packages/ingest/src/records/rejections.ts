import { type QuarantineReason, type SourceConfig, UserError } from '@viewgap/contracts';

/** How many inputs are lost for each reason. */
export type Losses = Readonly<Partial<Record<QuarantineReason, number>>>;

/**
 * Stops a run that lost more of a source than its config allows. `any` is every reason but `lateral`.
 * @param inputs image files and rows, an image with its row counted once
 * @param see where the list of what is lost can be seen
 * @throws UserError that names every reason above its share
 */
export function refuseLosses(
  losses: Losses,
  inputs: number,
  maxLoss: SourceConfig['maxLoss'],
  see: string,
): void {
  const { lateral = 0 } = losses;
  const any = Object.values(losses).reduce((sum, count) => sum + count, 0) - lateral;
  const lost: Readonly<Record<string, number>> = { ...losses, any };
  const tooMany = Object.entries(maxLoss).flatMap(([reason, share]) => {
    const count = lost[reason] ?? 0;
    return count <= share * inputs
      ? []
      : [`${reason} ${count} of ${inputs}, allowed ${Math.floor(share * inputs)}`];
  });
  if (tooMany.length === 0) return;
  throw new UserError(
    'more of the source is lost than `maxLoss` allows',
    tooMany.join('; '),
    `see which ${see}, mend the source or raise the share`,
  );
}
