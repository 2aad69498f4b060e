import type { SourceConfig, Split, View, ViewSource } from '@viewgap/contracts';

/**
 * Tables of catalog.duckdb.
 *
 * findings: one row a finding of the study, in its order: place from 0.
 * images: one row an image that is used. patient_id is the canonical patient, across sources (patient_known: whether a
 *   source or an id map says whose film it is; where not, each film counts as its own patient). overlap: the patient is
 *   of a training and of an external set.
 * labels: one row an (image, finding); label 1, 0 or null (not known); label_set says how it was made.
 * quarantine: one row an input that is not used, from ingest or found here (duplicates, overlaps).
 * overlap: one row a pair of images by which two sources share a film or a patient, and what was done about it;
 *   correlation: of the registered pixels, where the film was found by its look.
 * flow: the participant flow, step by step, in numbers of images and of patients.
 * characteristics: one row a (source, view), also for all sources and for AP and PA together (`all`).
 * prevalence: one row a (source, view, finding, label_set).
 * label_gaps: one row a (source, split, finding) without a known label, a positive or a negative, and, for train and val,
 *   one for `all` sources together.
 */
export const CATALOG_TABLES = `
  create table findings (place integer not null, finding varchar not null);
  create table images (
    source varchar not null, role varchar not null, image_id varchar not null, patient_id varchar not null,
    patient_known boolean not null, study_id varchar, view varchar not null, view_source varchar not null,
    view_conflict boolean not null, supine boolean, age_years integer, sex varchar, support_devices boolean,
    no_finding boolean, official_split varchar, same_as varchar,
    width integer not null, height integer not null, file_sha256 varchar not null, pixel_sha256 varchar not null,
    phash varchar, shard varchar not null, row integer not null, split varchar not null, overlap boolean not null);
  create table labels (
    source varchar not null, image_id varchar not null, finding varchar not null, label tinyint,
    label_set varchar not null);
  create table quarantine (source varchar not null, ref varchar not null, reason varchar not null, detail varchar not null);
  create table overlap (
    kind varchar not null, source_a varchar not null, image_a varchar not null, split_a varchar not null,
    source_b varchar not null, image_b varchar not null, split_b varchar not null, correlation double,
    action varchar not null);
  create table flow (
    step integer not null, source varchar not null, name varchar not null,
    images integer not null, patients integer, note varchar not null);
  create table characteristics (
    source varchar not null, view varchar not null, images integer not null, patients integer not null,
    age_median double, age_q1 double, age_q3 double, age_unknown integer not null,
    female integer not null, male integer not null, sex_unknown integer not null,
    no_finding integer not null, no_finding_unknown integer not null,
    none_of_findings integer not null, none_of_findings_unknown integer not null,
    supine integer not null, view_conflicts integer not null);
  create table prevalence (
    source varchar not null, view varchar not null, finding varchar not null, label_set varchar not null,
    positive integer not null, negative integer not null, unknown integer not null,
    positive_patients integer not null);
  create table label_gaps (
    source varchar not null, split varchar not null, finding varchar not null,
    positive integer not null, negative integer not null, unknown integer not null, gap varchar not null);
`;

/** A row of `images` in catalog.duckdb. */
export interface CatalogImage {
  readonly source: string;
  readonly role: SourceConfig['role'];
  readonly image_id: string;
  readonly patient_id: string;
  readonly patient_known: boolean;
  readonly study_id: string | null;
  readonly view: View;
  readonly view_source: ViewSource;
  readonly view_conflict: boolean;
  readonly supine: boolean | null;
  readonly age_years: number | null;
  readonly sex: string | null;
  readonly support_devices: boolean | null;
  readonly no_finding: boolean | null;
  readonly official_split: string | null;
  readonly same_as: string | null;
  readonly width: number;
  readonly height: number;
  readonly file_sha256: string;
  readonly pixel_sha256: string;
  readonly phash: string | null;
  readonly shard: string;
  readonly row: number;
  readonly split: Split;
  readonly overlap: boolean;
}

/** A row of `flow` in catalog.duckdb. */
export interface CatalogFlow {
  /** from 1, in the order in which a person reads them */
  readonly step: number;
  /** a source, or `all` */
  readonly source: string;
  readonly name: string;
  readonly images: number;
  /** canonical patients; null where the step cannot tell them */
  readonly patients: number | null;
  readonly note: string;
}
