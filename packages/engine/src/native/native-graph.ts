/** TensorFlow's numbers for the types of tensors that graphs here hold. */
export const DType = {
  float32: 1,
  int32: 3,
  uint8: 4,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  resource: 20,
} as const;

/** TensorFlow's numbers for the kinds of attributes, as tfjs-node's kernels use them. */
export const AttrKind = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5, tensor: 6 } as const;

/** A tensor as bytes, little endian. */
export interface RawTensor {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export interface Attr {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

export interface TensorType {
  readonly dtype: number;
  readonly shape: readonly number[];
}

/** Names an output of an op: `name`, or `name:2` for its third. */
export type Ref = string;

/** The addon's class (graph.cc). Every method throws an Error with TensorFlow's own message. */
export interface NativeGraph {
  /** Adds an op and infers what comes out; a null shape depends on values. */
  addOp(
    type: string,
    name: string,
    inputs: readonly (Ref | readonly Ref[])[],
    controls: readonly string[],
    attrs: readonly Attr[],
  ): { readonly dtype: number; readonly shape: readonly number[] | null }[];
  /** Opens a session; ops may be added afterwards. @param config serialised ConfigProto */
  open(config: Uint8Array): void;
  run(feeds: Feeds, fetches: readonly Ref[], targets: readonly string[]): Fetched[];
  /** As run, on another thread. */
  runAsync(feeds: Feeds, fetches: readonly Ref[], targets: readonly string[]): Promise<Fetched[]>;
  /** As run; gives the serialised RunMetadata instead of the results. */
  profile(feeds: Feeds, fetches: readonly Ref[], targets: readonly string[]): Uint8Array;
  close(): void;
}

export type Feeds = Readonly<Record<Ref, RawTensor>>;

export interface Fetched {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly data: ArrayBuffer;
}

export interface GraphAddon {
  /** Whether TensorFlow has the ops of batch-norm.cc. */
  readonly hasKernels: boolean;
  readonly Graph: new () => NativeGraph;
}
