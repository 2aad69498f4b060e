import { UserError } from '@viewgap/contracts';

/** A predictions table as a SQL query with the columns of architecture's table and `cluster`. */
export interface PredictionQuery {
  /** of the file, for messages */
  readonly name: string;
  readonly sql: string;
  /** the same with `file` and `row`: slower, for messages */
  readonly numbered: string;
  /** optional columns that it has; `aspect` where it has width and height */
  readonly has: readonly string[];
}

/** DuckDB says in words what is wrong with a file; the first line of them is for the user. A bug stays a bug. */
export async function readable<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof UserError || cause instanceof TypeError || cause instanceof RangeError) throw cause;
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    if (/not utf-8/i.test(String(cause))) {
      throw new UserError('a table that is not UTF-8', path, 'save it in UTF-8, or name its --encoding', {
        cause,
      });
    }
    throw new UserError('the predictions file cannot be read', path, why, { cause });
  }
}

/** A column's name, or a name in a file, as SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
