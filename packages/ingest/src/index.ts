export { type BuildCatalogOptions, buildCatalog } from './catalog.ts';
export { explainIngest } from './explain.ts';
export { type IngestOptions, ingestSource } from './ingest.ts';
export { resolveRoot } from './root.ts';
export { scanSource } from './scan.ts';
