import { defineConfig } from 'vitest/config';

// Films are drawn, and read by the real ingest.
export default defineConfig({ test: { testTimeout: 60_000 } });
