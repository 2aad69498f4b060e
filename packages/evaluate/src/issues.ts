import { UserError } from '@viewgap/contracts';

const SHOWN = 3;

/** Faults of one kind in a table: how many, and where the first ones are. */
export class Issues {
  #count = 0;
  readonly #first: string[] = [];

  /**
   * @param what what is wrong with these rows, in lowercase
   * @param cure what to do about it
   */
  constructor(
    readonly what: string,
    readonly cure: string,
  ) {}

  /** @param where names the row; a function, since only the first few are ever asked for */
  add(where: () => string): void {
    this.#count++;
    if (this.#first.length < SHOWN) this.#first.push(where());
  }

  /** @throws UserError naming the first rows and how many there are, where there is any */
  throwIfAny(): void {
    if (this.#count === 0) return;
    const more = this.#count > this.#first.length ? `, …; ${this.#count} in all` : '';
    throw new UserError(this.what, `${this.#first.join(', ')}${more}`, this.cure);
  }
}
