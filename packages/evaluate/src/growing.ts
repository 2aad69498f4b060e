/** The typed arrays that a column of a table may lie in. */
interface Numbers {
  [index: number]: number;
  readonly length: number;
  set(source: ArrayLike<number>): void;
}

/** A typed array that grows by doubling: one column of a table whose number of rows is not known beforehand. */
export class Growing<T extends Numbers> {
  #values: T;
  #length = 0;

  /** @param make allocates, as `(n) => new Int32Array(n)` */
  constructor(readonly make: (length: number) => T) {
    this.#values = make(1024);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const wider = this.make(2 * this.#length);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#length++] = value;
  }

  at(index: number): number {
    return this.#values[index] as number;
  }
}

/** Numbers texts from 0 in the order in which they are first seen. */
export class Interner {
  readonly #codes = new Map<string, number>();
  readonly names: string[] = [];

  code(name: string): number {
    const known = this.#codes.get(name);
    if (known !== undefined) return known;
    this.#codes.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}
