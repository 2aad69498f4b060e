import type { Cell } from '@viewgap/artifacts';
import type { QuarantineReason } from '@viewgap/contracts';
import { warningsIn } from '../dicom/warning.ts';
import type { ListedFile } from '../files/tree/listed-file.ts';
import { Numbers, Texts } from './columns.ts';
import type { Place, Reading, RejectedReading, UsableReading } from './decoded.ts';
import type { FilmFacts } from './film-facts.ts';

type Cells = Readonly<Record<string, Cell>>;

/** Columns of READINGS, by their names there. */
const columns = () => ({
  size: new Numbers(Float64Array),
  mtime_ms: new Numbers(Float64Array),
  ends: new Texts('base64url'),
  file_sha256: new Texts('hex'),
  reason: new Texts('utf8'),
  detail: new Texts('utf8'),
  width: new Numbers(),
  height: new Numbers(),
  pixel_sha256: new Texts('hex'),
  depth: new Numbers(),
  grey_range: new Numbers(),
  phash: new Texts('hex'),
  film: new Texts('utf8'),
  warnings: new Texts('utf8'),
  image_bytes: new Numbers(),
});

type Columns = ReturnType<typeof columns>;

/**
 * Readings in memory, some 220 bytes each: as objects with texts of their own they took 1,200. What is asked for is made
 * when it is asked for.
 */
export class ReadingColumns {
  readonly #columns = columns();
  readonly #places = new Places();
  readonly #rows = new Map<string, number>();
  #length = 0;

  /** @param cells as READINGS has them */
  add(path: string, cells: Cells, place: Place | null): void {
    const row = this.#length++;
    for (const [name, column] of Object.entries(this.#columns))
      column.set(row, (cells[name] ?? null) as never);
    this.#places.set(row, place);
    this.#rows.set(path, row);
  }

  /** The reading of this file if it has not changed since. */
  find(file: ListedFile): Reading | undefined {
    const row = this.#rows.get(file.path);
    if (row === undefined) return undefined;
    const { size, mtime_ms, ends, reason } = this.#columns;
    if (size.at(row) !== file.size || mtime_ms.at(row) !== file.mtimeMs) return undefined;
    if (ends.orNull(row) !== (file.ends ?? null)) return undefined;
    return reason.isNull(row)
      ? new StoredFilm(this.#columns, row, file, this.#places)
      : new StoredRejection(this.#columns, row, file);
  }

  /** Says where the pixels of a file's film are now. */
  move({ path }: ListedFile, place: Place): void {
    const row = this.#rows.get(path);
    if (row !== undefined) this.#places.set(row, place);
  }

  /** Forgets the readings whose pixels were there. */
  forget(sha256: string): void {
    for (const [path, row] of this.#rows) {
      if (this.#places.at(row)?.sha256 === sha256) this.#rows.delete(path);
    }
  }
}

/** Where films lie. A shard's name is kept once. */
class Places {
  readonly #holders: Omit<Place, 'row'>[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #holder = new Numbers();
  readonly #row = new Numbers();

  set(at: number, place: Place | null): void {
    this.#holder.set(at, place && this.#numberOf(place));
    this.#row.set(at, place?.row ?? null);
  }

  at(at: number): Place | null {
    const number = this.#holder.orNull(at);
    if (number === null) return null;
    const { holder, sha256 } = this.#holders[number] as Omit<Place, 'row'>;
    return { holder, sha256, row: this.#row.at(at) };
  }

  #numberOf({ holder, sha256 }: Place): number {
    const key = `${holder} ${sha256}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#holders.length);
    return this.#holders.push({ holder, sha256 }) - 1;
  }
}

class Stored {
  constructor(
    protected readonly columns: Columns,
    protected readonly at: number,
    readonly file: ListedFile,
  ) {}

  get fileSha256(): string {
    return this.columns.file_sha256.at(this.at);
  }

  get film(): FilmFacts | null {
    return JSON.parse(this.columns.film.orNull(this.at) ?? 'null') as FilmFacts | null;
  }
}

class StoredRejection extends Stored implements RejectedReading {
  get outcome(): 'rejected' {
    return 'rejected';
  }

  get reason(): QuarantineReason {
    return this.columns.reason.at(this.at) as QuarantineReason;
  }

  get detail(): string {
    return this.columns.detail.at(this.at);
  }
}

class StoredFilm extends Stored implements UsableReading {
  constructor(
    columns: Columns,
    at: number,
    file: ListedFile,
    private readonly places: Places,
  ) {
    super(columns, at, file);
  }

  get outcome(): 'usable' {
    return 'usable';
  }

  get width(): number {
    return this.columns.width.at(this.at);
  }

  get height(): number {
    return this.columns.height.at(this.at);
  }

  get pixelSha256(): string {
    return this.columns.pixel_sha256.at(this.at);
  }

  get depth(): number | null {
    return this.columns.depth.orNull(this.at);
  }

  get greyRange(): number {
    return this.columns.grey_range.at(this.at);
  }

  get phash(): string {
    return this.columns.phash.at(this.at);
  }

  get warnings() {
    return warningsIn(this.columns.warnings.orNull(this.at));
  }

  get imageBytes(): number {
    return this.columns.image_bytes.at(this.at);
  }

  get place(): Place {
    return this.places.at(this.at) as Place;
  }
}
