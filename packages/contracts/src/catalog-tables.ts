import type { SourceConfig } from './pipeline.ts';
import type { Split } from './split.ts';
import type { View, ViewSource } from './view.ts';

/**
 * Tables of catalog.duckdb.
 *
 * images: one row an image that is used. patient_id is the canonical patient, across sources.
 * labels: one row an (image, finding); label 1, 0 or null (not known).
 * quarantine: one row an input that is not used, from ingest or found here (duplicates).
 * overlap: one row a pair that shares an image or a patient across sets, and what was done about it.
 * flow: the participant flow, step by step, in numbers of images and of patients.
 */
export const CATALOG_TABLES = `
  create table images (
    source varchar not null, role varchar not null, image_id varchar not null, patient_id varchar not null,
    study_id varchar, view varchar not null, view_source varchar not null, view_conflict boolean not null,
    age_years integer, sex varchar, support_devices boolean, no_finding boolean,
    width integer not null, height integer not null, file_sha256 varchar not null, pixel_sha256 varchar not null,
    shard varchar not null, row integer not null, split varchar not null);
  create table labels (source varchar not null, image_id varchar not null, finding varchar not null, label tinyint);
  create table quarantine (source varchar not null, ref varchar not null, reason varchar not null, detail varchar not null);
  create table overlap (
    kind varchar not null, source_a varchar not null, image_a varchar not null, split_a varchar not null,
    source_b varchar not null, image_b varchar not null, split_b varchar not null, action varchar not null);
  create table flow (
    step integer not null, source varchar not null, name varchar not null,
    images integer not null, patients integer, note varchar not null);
`;

/** A row of `images` in catalog.duckdb. */
export interface CatalogImage {
  readonly source: string;
  readonly role: SourceConfig['role'];
  readonly image_id: string;
  readonly patient_id: string;
  readonly study_id: string | null;
  readonly view: View;
  readonly view_source: ViewSource;
  readonly view_conflict: boolean;
  readonly age_years: number | null;
  readonly sex: string | null;
  readonly support_devices: boolean | null;
  readonly no_finding: boolean | null;
  readonly width: number;
  readonly height: number;
  readonly file_sha256: string;
  readonly pixel_sha256: string;
  readonly shard: string;
  readonly row: number;
  readonly split: Split;
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
