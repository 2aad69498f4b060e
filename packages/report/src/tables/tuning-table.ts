import { type ScoredTally, tallySentence } from '@viewgap/artifacts';
import { choiceOf, type Tuned } from '../inputs/tuned.ts';
import { counted, modelName } from '../text/format.ts';
import type { DataTable, TableRow } from '../text/table.ts';

/** Every trial of every model, as it was compared. */
export function tuningTable(tuned: readonly Tuned[]): DataTable {
  const written = (value: number | undefined) => (value === undefined ? undefined : String(value));
  return {
    name: 'tuning',
    title: 'Trials',
    about:
      'On validation images and a seed that is not reported, at the epoch with the lowest classification loss; the trial with the lowest of these was chosen, the first of equals. mAUROC over the view named.',
    columns: [
      { key: 'model', head: 'Model', kind: 'label', shown: modelName },
      { key: 'learning_rate', head: 'Learning rate', kind: 'text' },
      { key: 'weight_decay', head: 'Weight decay', kind: 'text' },
      { key: 'lambda', head: 'Lambda', kind: 'text' },
      { key: 'epoch', head: 'Epoch', kind: 'count' },
      { key: 'classification', head: 'Classification loss', kind: 'number', digits: 4 },
      { key: 'auroc', head: 'all', group: 'mAUROC', kind: 'number' },
      { key: 'auroc_ap', head: 'AP', group: 'mAUROC', kind: 'number' },
      { key: 'auroc_pa', head: 'PA', group: 'mAUROC', kind: 'number' },
      { key: 'chosen', head: 'Chosen', kind: 'text' },
    ],
    rows: tuned.flatMap(({ model, trials }) =>
      trials.map(({ values, best, chosen }): TableRow => {
        return {
          values: {
            model,
            learning_rate: written(values.learningRate),
            weight_decay: written(values.weightDecay),
            lambda: written(values.lambda),
            epoch: best?.epoch ?? null,
            classification: best?.classification ?? null,
            auroc: best?.auroc.all ?? null,
            auroc_ap: best?.auroc.AP ?? null,
            auroc_pa: best?.auroc.PA ?? null,
            chosen: chosen ? 'yes' : '',
          },
          notes: { classification: best === null ? 'the training diverged' : null },
          strong: chosen,
        };
      }),
    ),
  };
}

const SETTINGS = { learningRate: 'learning rate', weightDecay: 'weight decay', lambda: 'lambda' } as const;

/** How many trials each model had; refuseUntuned has seen to it that they are as many. */
export function budgetSentence(tuned: readonly Tuned[]): string {
  const [first] = tuned;
  if (!first) return 'No setting was tuned: all stand in pipeline.json.';
  const chosen = tuned.map((one) => {
    const values = Object.entries(choiceOf(one)).map(
      ([key, value]) => `${SETTINGS[key as keyof typeof SETTINGS]} ${value}`,
    );
    return `${values.join(' and ')} by ${modelName(one.model)}\u2019s`;
  });
  const trials = counted(first.trials.length, 'trial');
  return `Budgets are equal: ${trials} each of ${tuned.map(({ model }) => modelName(model)).join(' and ')}, on validation images alone. Chosen: ${chosen.join('; ')}; what ${modelName(first.model)}\u2019s chose holds for all models.`;
}

/** How often external sets were looked at. */
export function scoredSentence(scored: ScoredTally): string {
  const sentence = tallySentence(scored);
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}; p-values take no account of those beyond the models compared here.`;
}
