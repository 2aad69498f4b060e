import { createRequire } from 'node:module';
import { limitedModule } from './memory-limit.ts';

/** A decoder of Cornerstone's builds of CharLS and OpenJPEG. Its buffers are views of the module's memory. */
export interface CornerstoneDecoder {
  getEncodedBuffer(bytes: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { readonly width: number; readonly height: number; readonly bitsPerSample: number };
  decode(): void;
  delete(): void;
}

/** JPEG-LS alone: whether colours are coded one by one (0), line by line, or pixel by pixel. */
export interface InterleavingDecoder extends CornerstoneDecoder {
  getInterleaveMode(): number;
}

/** JPEG 2000 alone: halves the image `level` times, by leaving the finest details undecoded. */
export interface ReducingDecoder extends CornerstoneDecoder {
  decodeSubResolution(level: number, layers: number): void;
}

type Factory<Module> = (options: object) => Promise<Module>;

const require = createRequire(import.meta.url);

/** Starts a module of one of Cornerstone's codecs, with a limit on its memory and nothing printed. */
export async function loadCornerstone<Module>(codec: 'charls' | 'openjpeg'): Promise<Module> {
  const name = `@cornerstonejs/codec-${codec}`;
  const factory = require(`${name}/decodewasmjs`) as Factory<Module>;
  const module = limitedModule(require.resolve(`${name}/decodewasm`));
  return factory({
    instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
    print: () => {},
    printErr: () => {},
  });
}
