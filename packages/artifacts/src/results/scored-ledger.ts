import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { counted, UserError } from '@viewgap/contracts';
import { z } from 'zod';
import { canonicalJson, type Sha256, sha256 } from '../files/hash.ts';
import type { TrainFacts } from './stage-facts.ts';

const ledgerLine = z.strictObject({
  configuration: z.string().regex(/^[0-9a-f]{64}$/),
  /** external sets that it scored */
  sets: z.array(z.string()),
  model: z.string(),
  /** what the hash is of */
  settings: z.unknown(),
});
type LedgerLine = z.infer<typeof ledgerLine>;

/** How many configurations ever scored an external set: in all, and by set. */
export interface ScoredTally {
  readonly configurations: number;
  readonly sets: Readonly<Record<string, number>>;
}

/** `3 configurations ever scored an external set (chestx-det 3, private 2)` */
export function tallySentence({ configurations, sets }: ScoredTally): string {
  if (configurations === 0) return 'no configuration has scored an external set';
  const by = Object.entries(sets).map(([set, count]) => `${set} ${count}`);
  return `${counted(configurations, 'configuration')} ever scored an external set (${by.join(', ')})`;
}

/**
 * The configurations of models that ever scored an external set, a line of JSON each, in a file that is only added to. It
 * lies beside pipeline.json, not among what may be deleted, so that it is kept with the study. Seeds of one configuration
 * count once.
 */
export class ScoredLedger {
  readonly path: string;

  /** @param pipelineFolder folder of the pipeline.json */
  constructor(pipelineFolder: string) {
    this.path = join(pipelineFolder, 'scored.jsonl');
  }

  /**
   * Adds a model's configuration, unless it is known to have scored these sets. A line is one write to the file's end, so
   * processes that record at once lose nothing; should two write the same one, it counts once.
   * @returns which of the configurations it is, from 1
   * @throws UserError where the file holds something else
   */
  async record(
    { name: model, size, common, model: own }: Pick<TrainFacts, 'name' | 'size' | 'common' | 'model'>,
    sets: readonly string[],
  ): Promise<number> {
    const settings = { size, common, model: own };
    const configuration = sha256(canonicalJson(settings));
    const text = await this.#text();
    const known = this.#lines(text).filter((line) => line.configuration === configuration);
    const fresh = sets.filter((set) => !known.some((line) => line.sets.includes(set)));
    if (fresh.length > 0) {
      const line = canonicalJson({ configuration, sets: fresh, model, settings });
      // A full disk may have cut the last line short.
      await this.#append(`${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`);
    }
    return configurationsOf(this.#lines(await this.#text())).indexOf(configuration) + 1;
  }

  /** @throws UserError where the file holds something else */
  async tally(): Promise<ScoredTally> {
    const lines = this.#lines(await this.#text());
    const sets = [...new Set(lines.flatMap((line) => line.sets))].sort();
    const by = (set: string) => configurationsOf(lines.filter((line) => line.sets.includes(set))).length;
    return {
      configurations: configurationsOf(lines).length,
      sets: Object.fromEntries(sets.map((set) => [set, by(set)])),
    };
  }

  async #text(): Promise<string> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw cause;
    }
  }

  async #append(text: string): Promise<void> {
    const file = await open(this.path, 'a');
    try {
      await file.write(text);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  #lines(text: string): LedgerLine[] {
    return text.split('\n').flatMap((line, i) => {
      const json = jsonOf(line);
      if (json === undefined) return [];
      const parsed = ledgerLine.safeParse(json);
      if (parsed.success) return [parsed.data];
      const what = `line ${i + 1} is no record of a configuration`;
      const cure = 'restore the file: it is only ever added to';
      throw new UserError(what, this.path, cure, { cause: parsed.error });
    });
  }
}

/** Undefined for a line that was cut short: its predict failed, and records it when it runs again. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** In the order of their first line. */
function configurationsOf(lines: readonly LedgerLine[]): Sha256[] {
  return [...new Set(lines.map(({ configuration }) => configuration))];
}
