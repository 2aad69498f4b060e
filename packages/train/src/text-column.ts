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
    this.#ends[this.#count] = this.#begin(this.#count) + this.#bytes.write(text, this.#begin(this.#count));
    this.#count += 1;
  }

  at(index: number): string {
    return this.#bytes.toString('utf8', this.#begin(index), this.#ends[index]);
  }

  #begin(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] as number);
  }
}

/** Many texts, few of them different. */
export class CodedColumn {
  readonly #codes: Uint32Array;
  readonly #texts: (string | null)[] = [];
  readonly #known = new Map<string | null, number>();
  #count = 0;

  constructor(count: number) {
    this.#codes = new Uint32Array(count);
  }

  push(text: string | null): void {
    let code = this.#known.get(text);
    if (code === undefined) {
      code = this.#texts.push(text) - 1;
      this.#known.set(text, code);
    }
    this.#codes[this.#count++] = code;
  }

  at(index: number): string | null {
    return this.#texts[this.#codes[index] as number] as string | null;
  }
}
