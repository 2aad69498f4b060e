import type { DuckDBConnection } from '@duckdb/node-api';
import { queryRows } from '@viewgap/artifacts';
import { nearestName, SPLITS, UserError, VIEWS } from '@viewgap/contracts';
import { type Dataset, IMAGE_TEXTS, UNKNOWN } from '../study/study.ts';
import { literal, type PredictionQuery } from './files/prediction-query.ts';

const SHOWN = 3;

interface Fault {
  /** what is wrong with these rows, in lowercase */
  readonly what: string;
  readonly cure: string;
  /** SQL over a row p of predictions and its image i. @param has optional columns of the tables */
  readonly when: (image: string, has: readonly string[]) => string;
  /** SQL of the value to show with the row, and the names that may have been meant */
  readonly value?: string;
  readonly known?: readonly string[];
}

/** A row that the error points to. */
interface Found {
  readonly file: number;
  readonly row: number;
  readonly value: string | null;
  /** of a repeated row: the first like it */
  readonly file_1: number;
  readonly row_1: number;
}

/** SQL of the rows that repeat an earlier row in these columns; `_1` marks the earlier row's values. */
function repeats(keys: readonly string[]): string {
  return `
    select * exclude (nth) from (
      select file, "row", null as value, label, score, first_value(file) over w as file_1,
        first_value("row") over w as row_1, first_value(label) over w as label_1,
        first_value(score) over w as score_1, row_number() over w as nth
      from numbered window w as (partition by ${keys.join(', ')} order by file, "row"))
    where nth > 1`;
}

/** SQL of what the first row says of each image; of what a row may leave empty, the first that says it. */
function firstOfImages(): string {
  const first = (name: string) => `first(${name} order by file, "row")`;
  return `
    select dataset, image_id, ${['patient_id', 'cluster', 'view', 'split'].map((name) => `${first(name)} as ${name}`).join(', ')},
      ${OPTIONAL.map((name) => `${first(name)} filter (where ${name} is not null) as ${name}`).join(', ')}
    from numbered where dataset is not null and image_id is not null group by dataset, image_id`;
}

const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');

/** A row's first fault counts. Codes are positions from 1. */
const FAULTS: readonly Fault[] = [
  {
    what: 'rows without a dataset, image_id, model or finding',
    cure: 'every row needs all four',
    when: () => 'p.dataset is null or p.image_id is null or p.model is null or p.finding is null',
  },
  {
    what: 'ids that have lost their digits',
    cure: 'a spreadsheet wrote them as 1.2E+11: save these columns as text',
    when: () =>
      ['image_id', 'patient_id']
        .map(
          (name) =>
            `(contains(upper(p.${name}), 'E+') and regexp_full_match(p.${name}, '[0-9]([.,][0-9]+)?[eE][+][0-9]{1,3}'))`,
        )
        .join(' or '),
  },
  {
    what: 'seeds that are not whole numbers',
    cure: 'write 0, 1, 2, …',
    when: () => 'not isfinite(p.seed) or p.seed <> floor(p.seed)',
  },
  {
    what: 'scores that are missing, NaN or infinite',
    cure: 'every row needs a finite score: leave out the rows of images that were not scored',
    when: () => 'p.score is null or not isfinite(p.score)',
  },
  {
    what: 'labels that are not 0, 1 or empty',
    cure: 'write 1 for present, 0 for absent, nothing for not known',
    when: () => 'p.label is not null and p.label not in (0, 1)',
  },
  {
    what: 'unknown splits',
    cure: `known: ${SPLITS.join(', ')}, or nothing`,
    when: () => `p.split is not null and p.split not in (${list(SPLITS)})`,
    value: 'p.split',
    known: SPLITS,
  },
  {
    what: 'unknown views',
    cure: `known: ${VIEWS.join(', ')}, or nothing`,
    when: () => `p.view is not null and p.view not in (${list(VIEWS)})`,
    value: 'p.view',
    known: VIEWS,
  },
  {
    what: 'rows of one image that disagree about its patient, view or split',
    cure: 'give all rows of an image the same patient_id, view and split',
    when: (image) =>
      ['patient_id', 'cluster', 'view', 'split']
        .map((name) => `p.${name} is distinct from ${image}.${name}`)
        .join(' or '),
  },
  {
    what: "rows of one image that disagree about its patient's age or sex, its source or its shape",
    cure: 'give all rows of an image the same values in these columns, or leave them empty',
    when: (image, has) =>
      [
        ...[...IMAGE_TEXTS, 'age_years']
          .filter((name) => has.includes(name))
          .map((name) => `p.${name} <> ${image}.${name}`),
        // A model's input may be a pixel wider than the film's shape asks for.
        ...(has.includes('aspect') ? [`abs(p.aspect / ${image}.aspect - 1) > 0.05`] : []),
        'false',
      ].join(' or '),
  },
];

/** Columns of an image that not every table has, and not every row. */
const OPTIONAL = [...IMAGE_TEXTS, 'age_years', 'aspect'];

/** SQL of the fault of a row `p` of predictions, 0 where it has none. @param image alias of its row of images */
export function faultCase(image: string, queries: readonly PredictionQuery[]): string {
  const has = OPTIONAL.filter((name) => queries.some((query) => query.has.includes(name)));
  const cases = FAULTS.map(({ when }, f) => `when ${when(image, has)} then ${f + 1}`);
  return `case ${cases.join(' ')} else 0 end`;
}

/** Counts faulty rows as they are read, and, where there are any, finds and names the first. */
export class RowFaults {
  readonly #counts = FAULTS.map(() => 0);
  #duplicates = 0;
  #labelsDiffer = 0;
  #scoresDiffer = 0;

  constructor(
    readonly connection: DuckDBConnection,
    readonly queries: readonly PredictionQuery[],
  ) {}

  add(code: number): void {
    this.#counts[code - 1] = (this.#counts[code - 1] ?? 0) + 1;
  }

  addDuplicate(): void {
    this.#duplicates++;
  }

  addLabelsDiffer(): void {
    this.#labelsDiffer++;
  }

  addScoresDiffer(): void {
    this.#scoresDiffer++;
  }

  /** @throws UserError naming the first faulty rows and how many there are */
  async throwIfAny(): Promise<void> {
    for (const [f, { what, cure, value, known }] of FAULTS.entries()) {
      const count = this.#counts[f] as number;
      if (count === 0) continue;
      const rows = await this.#find(
        `select p.file, p."row", ${value ?? 'null'} as value from numbered p left join
           (${firstOfImages()}) i
           on p.dataset = i.dataset and p.image_id = i.image_id
         where ${faultCase('i', this.queries)} = ${f + 1}`,
      );
      const named = rows.map((row) => {
        const place = this.#place(row);
        if (row.value === null || known === undefined) return place;
        const near = nearestName(row.value, known);
        // What is near no name may be a person's: a column that was taken for another.
        return near.startsWith('did you mean') ? `${row.value} in ${place}, ${near}` : place;
      });
      throw this.#error(what, named, count, cure);
    }
    await this.#throwIfRepeated();
  }

  async #throwIfRepeated(): Promise<void> {
    if (this.#duplicates > 0) {
      const rows = await this.#find(
        repeats(['dataset', 'image_id', 'model', 'seed', 'finding', 'label_set']),
      );
      const named = rows.map(
        (row) => `${this.#place(row)} repeats ${this.#place({ file: row.file_1, row: row.row_1 })}`,
      );
      const what = 'rows of the same dataset, image, model, seed and finding';
      throw this.#error(what, named, this.#duplicates, 'keep one row of each');
    }
    for (const [count, what, cure, name, keys] of [
      [
        this.#labelsDiffer,
        'labels of one image and finding that differ between rows',
        'give every model the same labels',
        'label',
        ['dataset', 'image_id', 'finding', 'label_set'],
      ],
      [
        this.#scoresDiffer,
        'scores of one image that differ between sets of labels',
        'give every set of labels the same scores',
        'score',
        ['dataset', 'image_id', 'model', 'seed', 'finding'],
      ],
    ] as const) {
      if (count === 0) continue;
      const rows = await this.#find(`${repeats(keys)} and ${name} is distinct from ${name}_1`);
      throw this.#error(
        what,
        rows.map((row) => this.#place(row)),
        count,
        cure,
      );
    }
  }

  /** @throws UserError where a model and seed was not scored on an image with a known label that others were scored on */
  async checkSameImages(dataset: Dataset, findings: readonly string[]): Promise<void> {
    const { name, labelSets, units } = dataset;
    let count = 0;
    const first: string[] = [];
    for (const { model, seed, scores } of units) {
      for (const [f, column] of scores.entries()) {
        if (column === null) continue;
        for (let i = 0; i < column.length; i++) {
          if (!Number.isNaN(column[i]) || labelSets.every(({ labels }) => labels[f]?.[i] === UNKNOWN))
            continue;
          count++;
          if (first.length < SHOWN) {
            first.push(
              `${model} seed ${seed} lacks ${findings[f]} of the ${name} image in ${await this.#placeOf(dataset, i)}`,
            );
          }
        }
      }
    }
    if (count === 0) return;
    throw this.#error(
      'models scored on different images',
      first,
      count,
      'score every model and seed on the same images of a data set',
    );
  }

  async #placeOf({ name, split }: Dataset, position: number): Promise<string> {
    const [row] = await this.#find(
      `select p.file, p."row", null as value from numbered p
       join images i on p.dataset = i.dataset and p.image_id = i.image_id
       where i.dataset = ${literal(name)} and i.position = ${position} and i.kind = ${split === 'val' ? 1 : 0}`,
    );
    return row === undefined ? 'no row' : this.#place(row);
  }

  async #find(sql: string): Promise<Found[]> {
    await this.connection.run('set preserve_insertion_order = true');
    await this.connection.run(
      `create or replace temp view numbered as ${this.queries.map(({ numbered }) => numbered).join(' union all ')}`,
    );
    return queryRows<Found>(this.connection, `from (${sql}) order by file, "row" limit ${SHOWN}`);
  }

  /** Row numbers may be 64-bit integers, which come as bigint: both print alike. */
  #place({ file, row }: { readonly file: number; readonly row: number }): string {
    return `row ${row} of ${this.queries[file]?.name}`;
  }

  #error(what: string, first: readonly string[], count: number, cure: string): UserError {
    const more = count > first.length ? `, …; ${count} in all` : '';
    return new UserError(what, `${first.join(', ')}${more}`, cure);
  }
}
