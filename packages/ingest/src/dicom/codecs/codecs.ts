import { DecodeError } from '@viewgap/shards/grey';
import { type InterleavingDecoder, loadCornerstone, type ReducingDecoder } from './cornerstone.ts';
import { JpegDecoder } from './jpeg.ts';

interface CharLs {
  readonly JpegLSDecoder: new () => InterleavingDecoder;
}

interface OpenJpeg {
  readonly J2KDecoder: new () => ReducingDecoder;
}

const LOADERS = {
  jpeg: async () => new JpegDecoder(),
  charls: () => loadCornerstone<CharLs>('charls'),
  openjpeg: () => loadCornerstone<OpenJpeg>('openjpeg'),
};

type Codec = keyof typeof LOADERS;
type Loaded<Name extends Codec> = Awaited<ReturnType<(typeof LOADERS)[Name]>>;

/** The decoders of this thread, loaded when a file first needs them: a codec that failed is not used again. */
export class Codecs {
  readonly #loaded = new Map<Codec, Loaded<Codec>>();

  /** Runs with a codec; what it throws of whatever kind becomes an Error. */
  async use<Name extends Codec, Result>(name: Name, run: (codec: Loaded<Name>) => Result): Promise<Result> {
    const codec = (this.#loaded.get(name) ?? (await LOADERS[name]())) as Loaded<Name>;
    this.#loaded.delete(name);
    const result = guarded(() => run(codec));
    this.#loaded.set(name, codec);
    return result;
  }
}

/** Emscripten throws numbers, and `memory access out of bounds` where the data led a decoder astray. */
function guarded<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (thrown) {
    const text = thrown instanceof Error ? thrown.message : '';
    if (text === '') throw new DecodeError('the compressed frame cannot be decoded');
    throw new Error(text, { cause: thrown });
  }
}
