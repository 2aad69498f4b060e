const FIRST_BYTES = 2 ** 16;

/** Texts by their number, as UTF-8 in one buffer: a million of them take their letters and eight bytes each. */
export class TextPool {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #ends = new Float64Array(FIRST_BYTES / 8);
  #size = 0;
  #count = 0;

  add(text: string): void {
    // A letter of UTF-16 has at most three bytes in UTF-8.
    const needed = this.#size + 3 * text.length;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#size);
      this.#bytes = larger;
    }
    if (this.#count === this.#ends.length) {
      const more = new Float64Array(2 * this.#count);
      more.set(this.#ends);
      this.#ends = more;
    }
    this.#size += this.#bytes.write(text, this.#size, 'utf8');
    this.#ends[this.#count++] = this.#size;
  }

  /** @returns undefined where there is no such text */
  at(number: number): string | undefined {
    const end = this.#ends[number];
    if (end === undefined || !(number < this.#count)) return undefined;
    return this.#bytes.toString('utf8', number === 0 ? 0 : this.#ends[number - 1], end);
  }
}
