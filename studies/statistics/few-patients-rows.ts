import type { FewPatients } from './few-patients.ts';

const BASE: FewPatients = {
  aurocs: [0.9, 0.9],
  positives: [20],
  positivesPA: 100,
  negatives: 300,
  spread: [1, 1],
  ties: false,
  inBoth: 0,
  seeds: 1,
  seedVariance: 0,
  hospitals: 0,
};

/** Shapes that a data set may have besides its counts. */
const SHAPES: readonly Partial<FewPatients>[] = [
  {},
  { spread: [2, 1] },
  { spread: [0.5, 1] },
  { spread: [2, 2], inBoth: 0.6, ties: true },
  { ties: true },
  { inBoth: 0.6 },
];

/** Shapes of the other grid, on which the rules were not tuned. */
const OTHER_SHAPES: readonly Partial<FewPatients>[] = [
  {},
  { spread: [1.5, 1], inBoth: 0.4 },
  { spread: [2, 0.7] },
  { spread: [0.7, 1.5], ties: true },
];

function crossed(
  aurocs: readonly (readonly [number, number])[],
  positives: readonly (readonly number[])[],
  shapes: readonly Partial<FewPatients>[],
): FewPatients[] {
  return shapes.flatMap((shape) =>
    aurocs.flatMap((pair) =>
      positives.map((counts) => ({ ...BASE, ...shape, aurocs: pair, positives: counts })),
    ),
  );
}

const same = (auroc: number): [number, number] => [auroc, auroc];

/** The grids of populations: the constants were tuned on `tuned` (in numpy), what is reported is of the others. */
export const GRIDS: Readonly<Record<string, () => FewPatients[]>> = {
  tuned: () => crossed([...[0.8, 0.9, 0.95, 0.98].map(same), [0.95, 0.98]], [[5], [10], [20], [50]], SHAPES),
  other: () =>
    crossed(
      [...[0.75, 0.85, 0.92, 0.97].map(same), [0.85, 0.92], [0.92, 0.97]],
      [[5], [7], [15], [35], [75], [150], [400]],
      OTHER_SHAPES,
    ),
  fewest: () => crossed([0.75, 0.85, 0.92].map(same), [[2], [3], [4], [5], [6]], OTHER_SHAPES.slice(0, 3)),
  means: () =>
    crossed(
      [0.8, 0.9, 0.95].map(same),
      [
        [5, 60, 60, 60, 60],
        [10, 60, 60, 60, 60],
        [20, 20, 20, 20, 20],
        [10, 100],
        [100, 100, 100, 100, 100],
      ],
      SHAPES.slice(0, 2),
    ).map((row) => ({ ...row, positivesPA: 60 })),
  seeds: () =>
    [20, 200].flatMap((positives) =>
      [2, 3, 5, 8].flatMap((seeds) =>
        [0, 0.5, 1, 2, 5].map((seedVariance) => ({
          ...BASE,
          aurocs: same(0.85),
          positives: [positives],
          positivesPA: 200,
          seeds,
          seedVariance,
        })),
      ),
    ),
  hospitals: () =>
    [5, 8, 10, 20, 40].map((hospitals) => ({
      ...BASE,
      aurocs: same(0.8),
      positives: [120],
      positivesPA: 120,
      negatives: 280,
      hospitals,
    })),
  power: () =>
    [20, 50, 100, 200].flatMap((positives) =>
      (
        [
          [0.75, 0.85],
          [0.85, 0.92],
          [0.92, 0.97],
        ] as const
      ).map((aurocs) => ({
        ...BASE,
        aurocs,
        positives: [positives],
      })),
    ),
};
