export { benchReading, isDicomFolder, type ReadingTime } from './bench-reading.ts';
export { type BuildCatalogOptions, buildCatalog } from './catalog.ts';
export { type ContactSheet, contactSheet } from './contact-sheet.ts';
export { explainIngest } from './explain.ts';
export { type IngestOptions, ingestSource } from './ingest.ts';
export { type Originals, originalsOf } from './quarantine-pictures.ts';
export { resolveRoot } from './root.ts';
export { scanSource } from './scan.ts';
