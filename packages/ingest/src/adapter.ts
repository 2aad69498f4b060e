import type { Labels, SourceConfig, View, ViewSource } from '@viewgap/contracts';

/** A row of a source's label table, in viewgap's own terms. */
export interface SourceRow {
  /** where the row stands: `<table>:<line>` */
  readonly ref: string;
  /** the image's published name, unique within the source */
  readonly imageId: string;
  readonly patientId: string;
  readonly studyId: string | null;
  readonly view: View;
  readonly viewSource: ViewSource;
  /** true where the source's own statements about the view contradict each other */
  readonly viewConflict: boolean;
  /** whole years, 90 = 90 or more */
  readonly ageYears: number | null;
  readonly sex: 'F' | 'M' | null;
  readonly supportDevices: boolean | null;
  readonly noFinding: boolean | null;
  readonly labels: Labels;
}

/** A row that cannot be used, and why in a few words. */
export interface BadRow {
  readonly ref: string;
  readonly detail: string;
}

export interface ParsedTable {
  readonly rows: readonly SourceRow[];
  readonly bad: readonly BadRow[];
}

/** A label table as it lies in the source: its path relative to the root, and its text. */
export interface TableText {
  readonly path: string;
  readonly text: string;
}

/**
 * What viewgap must know of one source's layout, as pure functions: an adapter never touches the disk.
 * Paths are relative to the source's root, with forward slashes.
 */
export interface Adapter {
  readonly name: SourceConfig['adapter'];
  readonly title: string;
  readonly citation: string;
  /** Prefix of patient ids that all sources of this origin share; null: the source's own name. */
  readonly patientNamespace: string | null;
  /** true where the ids are published, so that messages may show them */
  readonly publicIds: boolean;
  /** What a person must put in place, for errors: `a Data_Entry*.csv and images in images/`. */
  readonly expects: string;
  /** Whether images or tables may lie in this folder. */
  readonly enters: (folder: string) => boolean;
  readonly isTable: (path: string) => boolean;
  readonly isImage: (path: string) => boolean;
  /** Name by which the label table calls this image. */
  readonly imageId: (path: string) => string;
  /** @throws UserError where a needed column is missing or a label's name is not known */
  readonly parse: (tables: readonly TableText[]) => ParsedTable;
}
