export { moveFile, replaceFileAtomic, writeFileAtomic } from './files/atomic-file.ts';
export {
  canonicalJson,
  type Sha256,
  sha256,
  sha256File,
} from './files/hash.ts';
export { byteLength, Store } from './files/store.ts';
export { isSynthetic, SYNTHETIC_MARKER } from './files/synthetic-marker.ts';
export {
  type Artifact,
  beginArtifact,
  duckdbEntry,
  fileEntry,
  finishArtifact,
  MANIFEST_NAME,
  type Manifest,
  type ManifestFile,
  openArtifact,
  runFacts,
} from './manifest/manifest.ts';
export { runFolder, unitPath } from './manifest/unit-path.ts';
export { ScoredLedger, type ScoredTally, tallySentence } from './results/scored-ledger.ts';
export {
  type CatalogFacts,
  catalogFacts,
  ingestFacts,
  predictFacts,
  type SourceGreys,
  type TrainFacts,
  trainFacts,
} from './results/stage-facts.ts';
export { readChoice, readTrials, type TrialResult, TUNE_FILES } from './results/tune-files.ts';
export {
  decodeTable,
  encodePieces,
  encodeTable,
  readTable,
  type TableRow,
  type TableShape,
} from './tables/arrow.ts';
export { CATALOG_TABLES, type CatalogFlow, type CatalogImage } from './tables/catalog-tables.ts';
export type { Cell } from './tables/column.ts';
export { appendRows, queryRows, streamChunks, streamRows, withDuckDB } from './tables/duckdb.ts';
export { type AppendRows, writeRows, writeTable } from './tables/table-file.ts';
export { embeddingsTable, PREDICTIONS, QUARANTINE, RECORDS, REGIONS, SHARD } from './tables/tables.ts';
