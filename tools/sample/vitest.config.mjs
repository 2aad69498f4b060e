import { defineConfig } from 'vitest/config';

// Every image of the sample is decoded, which takes seconds on a busy machine.
export default defineConfig({ test: { testTimeout: 60_000 } });
