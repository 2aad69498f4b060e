import { defineConfig } from 'vitest/config';

// A killed and resumed ingest starts processes, and the published tables have up to 224,316 rows: on a busy machine
// PadChest's took 45 s.
export default defineConfig({ test: { testTimeout: 300_000, hookTimeout: 300_000 } });
