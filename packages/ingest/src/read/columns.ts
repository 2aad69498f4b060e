const FIRST_ROWS = 1024;
const FIRST_BYTES = 2 ** 16;
const GROWTH = 1.5;

type Values = Float64Array | Int32Array;

/** Stands for null among numbers. */
const NONE = -(2 ** 31);
const MOST_BYTES = 2 ** 31 - 1;

/** Numbers by row. */
export class Numbers {
  #values: Values;

  /** @param type whole numbers of 32 bits, which may be null, or any that are not */
  constructor(readonly type: typeof Float64Array | typeof Int32Array = Int32Array) {
    this.#values = new type(FIRST_ROWS);
  }

  set(row: number, value: number | null): void {
    if (row >= this.#values.length) {
      const longer = new this.type(Math.ceil(GROWTH * (row + 1)));
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[row] = value ?? NONE;
  }

  /** Of a number that was never null. */
  at(row: number): number {
    return this.#values[row] as number;
  }

  orNull(row: number): number | null {
    const value = this.at(row);
    return value === NONE ? null : value;
  }
}

type Encoding = 'utf8' | 'hex' | 'base64url';
/** Most bytes that a letter of a text takes. */
const BYTES_A_LETTER: Readonly<Record<Encoding, number>> = { utf8: 3, hex: 1, base64url: 1 };

/** Texts by row, as bytes: of 64 hexadecimal digits 32, where a string takes 80. */
export class Texts {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  /** where a row's bytes end; of a null one less than the negative of that */
  readonly #ends = new Numbers();

  constructor(readonly encoding: Encoding) {}

  /** @param row the next one: texts are set once, in the order of their rows */
  set(row: number, text: string | null): void {
    if (text !== null) {
      const most = this.#length + BYTES_A_LETTER[this.encoding] * text.length;
      if (most > this.#bytes.length) this.#grow(most);
      this.#length += this.#bytes.write(text, this.#length, this.encoding);
    }
    this.#ends.set(row, text === null ? -this.#length - 1 : this.#length);
  }

  /** Of a text that was never null. */
  at(row: number): string {
    const before = row === 0 ? 0 : this.#ends.at(row - 1);
    return this.#bytes.toString(this.encoding, before < 0 ? -before - 1 : before, this.#ends.at(row));
  }

  isNull(row: number): boolean {
    return this.#ends.at(row) < 0;
  }

  orNull(row: number): string | null {
    return this.isNull(row) ? null : this.at(row);
  }

  #grow(most: number): void {
    if (most > MOST_BYTES) throw new RangeError('a column of more than 2 GiB of text');
    const longer = Buffer.allocUnsafe(Math.min(Math.ceil(GROWTH * most), MOST_BYTES));
    this.#bytes.copy(longer, 0, 0, this.#length);
    this.#bytes = longer;
  }
}
