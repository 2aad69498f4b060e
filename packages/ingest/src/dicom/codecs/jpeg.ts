import { createRequire } from 'node:module';
import { DecodeError } from '@viewgap/shards/grey';
import { limitedModule } from './memory-limit.ts';

/** What dcmjs-codecs' WebAssembly module exports, as far as it is used: pointers into its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  CreateCodecsContext(): number;
  ReleaseCodecsContext(context: number): void;
  CreateDecoderParameters(): number;
  ReleaseDecoderParameters(parameters: number): void;
  SetConvertColorspaceToRgb(parameters: number, convert: number): void;
  SetColumns(context: number, columns: number): void;
  SetRows(context: number, rows: number): void;
  SetBitsAllocated(context: number, bits: number): void;
  SetBitsStored(context: number, bits: number): void;
  SetSamplesPerPixel(context: number, samples: number): void;
  SetPixelRepresentation(context: number, representation: number): void;
  SetPlanarConfiguration(context: number, planar: number): void;
  SetEncodedBufferSize(context: number, bytes: number): void;
  GetEncodedBuffer(context: number): number;
  GetDecodedBuffer(context: number): number;
  GetDecodedBufferSize(context: number): number;
  DecodeJpeg(context: number, parameters: number): void;
  DecodeJpeg2000(context: number, parameters: number): void;
}

/** What it can decode: the JPEG processes, or JPEG 2000 in full. */
export type Routine = 'DecodeJpeg' | 'DecodeJpeg2000';

const MODULE = 'dcmjs-codecs/build/dcmjs-native-codecs.wasm';
/** What libjpeg and OpenJPEG say of data that they could not follow, as warnings: the pixels after it are made up. */
const DAMAGE = /premature end|corrupt|extraneous|bogus|unsupported marker|malformed/i;

/** What a decoder is told of a frame: of the Image Pixel module, PS3.3 C.7.6.3. */
export interface FrameShape {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly signed: boolean;
}

/**
 * The JPEG processes that radiographs come in: baseline and extended (8 and 12 bit), lossless (to 16 bit), decoded by
 * the Independent JPEG Group's library as DCMTK has it, and JPEG 2000 with HTJ2K by OpenJPEG: OpenJPH, which is in the module, too,
 * never returns from some damaged frames. Called through its WebAssembly module itself: its JavaScript
 * would load all of dcmjs, and has no limit on memory.
 */
export class JpegDecoder {
  readonly #exports: Exports;
  #damage: string | null = null;

  constructor() {
    const module = limitedModule(createRequire(import.meta.url).resolve(MODULE));
    const instance = new WebAssembly.Instance(module, this.#imports());
    this.#exports = instance.exports as unknown as Exports;
    this.#exports._initialize();
  }

  /**
   * @returns samples of `bitsAllocated` bits, little endian, colours interleaved
   * @throws Error where the frame is damaged or ends early
   */
  decode(routine: Routine, frame: Uint8Array, pixels: FrameShape): Uint8Array {
    const api = this.#exports;
    this.#damage = null;
    const context = api.CreateCodecsContext();
    api.SetColumns(context, pixels.columns);
    api.SetRows(context, pixels.rows);
    api.SetBitsAllocated(context, pixels.bitsAllocated);
    api.SetBitsStored(context, pixels.bitsStored);
    api.SetSamplesPerPixel(context, pixels.samples);
    api.SetPixelRepresentation(context, pixels.signed ? 1 : 0);
    api.SetPlanarConfiguration(context, 0);
    api.SetEncodedBufferSize(context, frame.length);
    new Uint8Array(api.memory.buffer).set(frame, api.GetEncodedBuffer(context));
    const parameters = api.CreateDecoderParameters();
    api.SetConvertColorspaceToRgb(parameters, 0);
    api[routine](context, parameters);
    if (this.#damage !== null) throw new Error(this.#damage);
    const start = api.GetDecodedBuffer(context);
    const samples = new Uint8Array(api.memory.buffer).slice(start, start + api.GetDecodedBufferSize(context));
    api.ReleaseDecoderParameters(parameters);
    api.ReleaseCodecsContext(context);
    return samples;
  }

  #imports(): WebAssembly.Imports {
    const text = (start: number, length: number) =>
      Buffer.from(this.#exports.memory.buffer, start, length).toString('latin1').split('::').at(-1) ?? '';
    return {
      env: {
        onCodecsException: (start: number, length: number) => {
          throw new Error(text(start, length));
        },
        onCodecsInfo: (start: number, length: number) => {
          const message = text(start, length);
          if (DAMAGE.test(message)) this.#damage ??= message.trim();
        },
        onCodecsTrace: () => {},
        emscripten_notify_memory_growth: () => {},
      },
      wasi_snapshot_preview1: {
        proc_exit: (status: number) => {
          throw new DecodeError(`the decoder gave up with status ${status}`);
        },
        // The module sees neither clock, files nor environment.
        clock_time_get: () => 0,
        fd_write: () => 0,
        fd_close: () => 0,
        fd_seek: () => 0,
        environ_get: () => 0,
        environ_sizes_get: (count: number, bytes: number) => {
          const view = new DataView(this.#exports.memory.buffer);
          view.setUint32(count, 0, true);
          view.setUint32(bytes, 0, true);
          return 0;
        },
      },
    };
  }
}
