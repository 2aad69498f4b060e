import { keptEpoch, type Training } from '../inputs/history.ts';
import { modelName } from '../text/format.ts';
import type { DataTable, TableRow } from '../text/table.ts';

/** Every training in one line: how long, and which epoch is used. */
export function trainingTable(trainings: readonly Training[]): DataTable {
  return {
    name: 'training',
    title: 'Trainings',
    about: 'Validation values at the epoch whose weights are used; mAUROC over AP and PA together.',
    columns: [
      { key: 'model', head: 'Model', kind: 'label', shown: modelName },
      { key: 'seed', head: 'Seed', kind: 'label' },
      { key: 'epochs', head: 'Epochs', kind: 'count' },
      { key: 'steps', head: 'Steps', kind: 'count' },
      { key: 'kept', head: 'Epoch used', kind: 'count' },
      { key: 'classification', head: 'classification loss', group: 'Validation', kind: 'number' },
      { key: 'reconstruction', head: 'reconstruction loss', group: 'Validation', kind: 'number', digits: 4 },
      { key: 'auroc', head: 'mAUROC', group: 'Validation', kind: 'number' },
    ],
    rows: trainings.map(({ model, seed, history }): TableRow => {
      const kept = keptEpoch(history);
      return {
        values: {
          model,
          seed: String(seed),
          epochs: history.length,
          steps: history.at(-1)?.step ?? null,
          kept: kept?.epoch ?? null,
          classification: kept?.val.classification ?? null,
          reconstruction: kept?.val.reconstruction ?? undefined,
          auroc: kept?.val.auroc.all ?? null,
        },
        notes: {
          auroc: kept?.val.auroc.all === null ? 'no finding has both classes in the validation images' : null,
        },
      };
    }),
  };
}
