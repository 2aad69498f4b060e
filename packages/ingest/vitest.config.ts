import { defineConfig } from 'vitest/config';

// A killed and resumed ingest starts processes, and NIH's whole table has 112,120 rows.
export default defineConfig({ test: { testTimeout: 60_000 } });
