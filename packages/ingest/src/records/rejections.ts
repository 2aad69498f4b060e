import { type QuarantineReason, type SourceConfig, UserError } from '@viewgap/contracts';

/** How many inputs are rejected for each reason. */
export type Rejections = Readonly<Partial<Record<QuarantineReason, number>>>;

/**
 * Stops a run that rejected more of a source than its config allows. `any` is every reason but `lateral`.
 * @param inputs image files and rows, an image with its row counted once
 * @param see where the list of rejected inputs can be seen
 * @throws UserError that names every reason above its share
 */
export function refuseRejections(
  rejections: Rejections,
  inputs: number,
  maxRejected: SourceConfig['maxRejected'],
  see: string,
): void {
  const { lateral = 0 } = rejections;
  const any = Object.values(rejections).reduce((sum, count) => sum + count, 0) - lateral;
  const lost: Readonly<Record<string, number>> = { ...rejections, any };
  const tooMany = Object.entries(maxRejected).flatMap(([reason, share]) => {
    const count = lost[reason] ?? 0;
    return count <= share * inputs
      ? []
      : [`${reason} ${count} of ${inputs}, allowed ${Math.floor(share * inputs)}`];
  });
  if (tooMany.length === 0) return;
  throw new UserError(
    'more of the source is rejected than `maxRejected` allows',
    tooMany.join('; '),
    `see which ${see}, mend the source or raise the share`,
  );
}
