import { type SourceConfig, UserError } from '@viewgap/contracts';
import type { Quarantined } from './pairing.ts';

/**
 * Stops an ingest that lost more of its inputs than its config allows. `any` is every reason but `lateral`.
 * @param inputs image files and rows, an image with its row counted once
 * @throws UserError that names every reason above its share
 */
export function refuseLosses(
  quarantined: readonly Quarantined[],
  inputs: number,
  maxLoss: SourceConfig['maxLoss'],
): void {
  const tooMany = Object.entries(maxLoss).flatMap(([reason, share]) => {
    const lost = quarantined.filter((one) =>
      reason === 'any' ? one.reason !== 'lateral' : one.reason === reason,
    );
    if (lost.length <= share * inputs) return [];
    return [`${reason} ${lost.length} of ${inputs}, allowed ${Math.floor(share * inputs)}`];
  });
  if (tooMany.length === 0) return;
  throw new UserError(
    'more of the source is lost than `maxLoss` allows',
    tooMany.join('; '),
    'see which with --explain, mend the source or raise the share',
  );
}
