import type { LayoutConfig, QuarantineReason, View, ViewSource } from '@viewgap/contracts';
import type { OverlayStatement, Statement } from './statement.ts';

/** A row of a source's label table, in viewgap's own terms. */
export interface SourceRow {
  /** where the row stands: `<table>:<line>` */
  readonly ref: string;
  /** the image's published name, unique within the source */
  readonly imageId: string;
  /** null where the source does not say whose film it is */
  readonly patientId: string | null;
  /** true where an id map names the patient */
  readonly isMapped?: true | undefined;
  /** pseudonym of the id's form (`idForm`) where that is another text; of published ids it is made when it is written */
  readonly patientForm?: string | null | undefined;
  readonly studyId: string | null;
  readonly view: View;
  readonly viewSource: ViewSource;
  /** true where the source's own statements about the view contradict each other */
  readonly viewConflict: boolean;
  /** true: taken lying, false: upright, null: not known */
  readonly supine: boolean | null;
  /** whole years, 90 = 90 or more */
  readonly ageYears: number | null;
  readonly sex: 'F' | 'M' | null;
  /** whether the header names the row's patient; absent where one of the two names none */
  readonly headerPatient?: 'same' | 'other' | undefined;
  /** where the header contradicts the row, whose word is taken */
  readonly contradictions?: readonly Contradiction[] | undefined;
  readonly supportDevices: boolean | null;
  /** pixels of the film before it was published in another shape; absent: the file's own are the film's */
  readonly filmSize?: { readonly width: number; readonly height: number } | undefined;
  readonly noFinding: boolean | null;
  readonly labels: Statement;
  /** how the labels were made: `report`, `physician`, `readers`, ... */
  readonly labelSet: string;
  /** what overlays say instead, the last one last */
  readonly overlays?: readonly OverlayStatement[] | undefined;
  readonly officialSplit: OfficialSplit | null;
  /** name of the same film in NIH ChestX-ray14, where an id map tells it */
  readonly sameAs: string | null;
  /** why the image is left out although the row can be read; laterals are left out by their view */
  readonly unusable?: { readonly reason: QuarantineReason; readonly detail: string } | undefined;
}

/** What a header and a row disagree on, beside the view, which has a column of its own. */
export type Contradiction = 'other-patient' | 'other-sex' | 'other-age';

/** What a source's own split says of an image; `train-val` leaves the choice between the two to us. */
export type OfficialSplit = 'train' | 'val' | 'test' | 'train-val';

/** A row that cannot be used, and why in a few words. */
export interface BadRow {
  readonly ref: string;
  readonly detail: string;
}

/** What a reader has outlined on an image. */
export interface Region {
  readonly imageId: string;
  /** the source's own name of it */
  readonly name: string;
  /** corners in pixels of the original, `[x, y]` each */
  readonly polygon: readonly (readonly [number, number])[];
}

/** What a person should know of a table that is read: as it reads where the source may be quoted, and where not. */
export interface TableDoubt {
  readonly text: string;
  readonly concealed: string;
}

export interface ParsedTable {
  readonly rows: readonly SourceRow[];
  readonly bad: readonly BadRow[];
  readonly doubts?: readonly TableDoubt[];
  readonly regions?: readonly Region[];
}

/** A table as it lies in the source: its path relative to the root, and its bytes, unpacked, piece by piece. */
export interface SourceTable {
  readonly path: string;
  /** where it lies on the disk, unless it is packed */
  readonly file?: string;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/** What of a film a table names it by, where the film's own header tells. */
export type JoinBy = LayoutConfig<'dicom-folder'>['joinBy'];

/** What a table's name of a film may lack beside the film's own: zeros in front, or case; or have too much: `.0`. */
export type JoinNormalise = NonNullable<LayoutConfig<'dicom-folder'>['joinNormalise']>;

/**
 * What viewgap must know of one source's layout, as functions that touch no disk.
 * Paths are relative to the source's root, with forward slashes.
 */
export interface Adapter {
  /** Prefix of patient ids that all sources of this origin share; null: the source's own name. */
  readonly patientNamespace: string | null;
  /** What a person must put in place, for errors: `a Data_Entry*.csv and images in images/`. */
  readonly expects: string;
  /** true: its tables have names of their own, by which the folder of the data set is found below a root */
  readonly hasOwnNames?: true;
  /** Whether images or tables may lie in this folder. */
  readonly enters: (folder: string) => boolean;
  /** All labels of the layout by its own names, or those that pipeline.json maps, by codes of findings. */
  readonly labels: readonly string[];
  readonly isTable: (path: string) => boolean;
  readonly isImage: (path: string) => boolean;
  /** false: the layout does not tell whose films they are */
  readonly namesPatients?: false;
  /** Name by which the label table calls this image. */
  readonly imageId: (path: string) => string;
  /** What of a DICOM header names a film's row; absent: the files' names do. */
  readonly joinBy?: JoinBy;
  /** What tells files of one name apart, where pipeline.json can: a setting. */
  readonly namesakeCure?: string;
  /** @throws UserError where a needed table or column is missing or a label's name is not known */
  readonly parse: (tables: readonly SourceTable[]) => Promise<ParsedTable>;
}
