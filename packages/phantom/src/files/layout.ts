import type { PhantomConfig, SourceFacts } from '@viewgap/contracts';

/** A file of a data set: its path below the root, with forward slashes, and its bytes. */
export interface PhantomFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What a layout is told: how the source is to be read, and what it holds. */
export interface LayoutRequest<Source = SourceFacts> {
  readonly source: Source;
  readonly phantom: PhantomConfig;
}

/** Writes one data set's native layout, images first, tables last: the same request gives the same files. */
export type Layout<Source = SourceFacts> = (request: LayoutRequest<Source>) => AsyncGenerator<PhantomFile>;
