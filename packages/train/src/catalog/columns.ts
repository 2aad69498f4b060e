/** Many texts in one piece of memory; each becomes a string when it is asked for. */
export class TextColumn {
  readonly #bytes: Buffer;
  /** where each text ends */
  readonly #ends: Float64Array;
  #count = 0;

  /** @param bytes of all texts in UTF-8 */
  constructor(count: number, bytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(bytes);
    this.#ends = new Float64Array(count);
  }

  push(text: string): void {
    const begin = this.#begin(this.#count);
    this.#ends[this.#count] = begin + this.#bytes.write(text, begin);
    this.#count += 1;
  }

  /** How many there are so far. */
  get count(): number {
    return this.#count;
  }

  at(index: number): string {
    return this.#bytes.toString('utf8', this.#begin(index), this.#ends[index]);
  }

  #begin(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] as number);
  }
}
